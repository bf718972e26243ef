import { z } from 'zod';
import { freeText, installationId, version, word } from '../../pack/field.ts';
import { dayOf } from '../../pack/identity.ts';
import { contract } from '../../pack/pack.ts';

/** The one document that Dependency-Track 4.13 and later send, once a day. */
const report = z.object({
  system_id: installationId('Correlates the reports of one system over time'),
  dt_version: version('Adoption of releases'),
  db_type: word('configuration', 'Which database systems are used'),
  db_version: freeText('When the baseline of supported database versions can be raised'),
});

/** What a Dependency-Track system may send. It sends anew every hour, with the values of that hour, until it reads a 200. */
export const contracts = {
  'dependency-track.report': contract(
    report,
    (document) => document.system_id,
    (document, receivedAtMs) => `${document.system_id}:${dayOf(receivedAtMs)}`,
  ),
};
