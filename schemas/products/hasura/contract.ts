import { contract } from '../../pack/pack.ts';
import { cliEvent, cliIdentity } from './contract/cli.ts';
import { consoleEvent } from './contract/console.ts';
import { enterpriseIdentity, enterpriseReport } from './contract/enterprise.ts';
import { serverIdentity, serverReport } from './contract/server.ts';

/**
 * What Hasura's clients may send. A server's installation is its metadata database: instances get a new id at each start. A
 * console is counted to the server it shows, or to its command line before a server is known; its events have no identity, since
 * a button that is clicked twice is clicked twice.
 */
export const contracts = {
  'hasura.server': contract(serverReport, (report) => report.metadata_db_uid ?? report.db_uid ?? '', serverIdentity),
  'hasura.enterprise': contract(enterpriseReport, (report) => report.metadata_db_uid, enterpriseIdentity),
  'hasura.console': contract(consoleEvent, (event) => event.server_uuid || event.cli_uuid || ''),
  'hasura.cli': contract(cliEvent, (event) => event.uuid, cliIdentity),
};
