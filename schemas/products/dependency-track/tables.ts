import { versionParts } from '../../pack/derive.ts';
import type { Flatteners } from '../../pack/pack.ts';
import { column, table } from '../../pack/table.ts';
import type { contracts } from './contract.ts';

/** The tables of Dependency-Track. */
export const tables = {
  dependency_track_reports: table('One row per report of a Dependency-Track system', {
    dt_version: column('LowCardinality(String)', 'Version of Dependency-Track as sent'),
    dt_version_parts: column('Array(UInt32)', 'Leading numbers of dt_version, comparable: [4, 13, 0]'),
    db_type: column('LowCardinality(String)', 'JDBC product name of the database, such as PostgreSQL'),
    db_version: column('LowCardinality(String)', 'JDBC product version of the database, scrubbed free text'),
    db_version_parts: column('Array(UInt32)', 'Leading numbers of db_version, comparable'),
  }),
};

/** How a report becomes rows. */
export const flatten: Flatteners<typeof contracts, typeof tables> = {
  'dependency-track.report': (report) => ({
    dependency_track_reports: [
      {
        dt_version: report.dt_version,
        dt_version_parts: versionParts(report.dt_version),
        db_type: report.db_type,
        db_version: report.db_version,
        db_version_parts: versionParts(report.db_version),
      },
    ],
  }),
};
