import type { Flatteners } from '../../pack/pack.ts';
import type { contracts } from './contract.ts';
import { cliRow, cliTables } from './tables/cli.ts';
import { consoleRow, consoleTables } from './tables/console.ts';
import { enterpriseRow, enterpriseTables, metricRows, settingRows } from './tables/enterprise.ts';
import { serverRow, serverTables } from './tables/server.ts';

/** The tables of Hasura. */
export const tables = { ...serverTables, ...enterpriseTables, ...consoleTables, ...cliTables };

/** How each kind of report becomes rows. */
export const flatten: Flatteners<typeof contracts, typeof tables> = {
  'hasura.server': (report) => ({ hasura_server_reports: [serverRow(report)] }),
  'hasura.enterprise': (report) => {
    const settings = settingRows(report.metrics);
    const metrics = metricRows(report.metrics);
    return {
      hasura_enterprise_reports: [enterpriseRow(report, settings.length, metrics.length)],
      hasura_enterprise_settings: settings,
      hasura_enterprise_metrics: metrics,
    };
  },
  'hasura.console': (event) => ({ hasura_console_errors: [consoleRow(event)] }),
  'hasura.cli': (event) => ({ hasura_cli_events: [cliRow(event)] }),
};
