import { readEnvironment } from '../../services/runtime/environment.ts';
import { exitUnstarted } from '../../services/runtime/process.ts';
import { openClickHouse } from './client.ts';
import { clickHouseAccess, clickHouseEnvironment } from './config.ts';
import { migrate } from './migrate.ts';

// Brings the database up to date: `npm run migrate`, at deploy. May run twice.
try {
  const config = readEnvironment(clickHouseEnvironment);
  const client = openClickHouse(clickHouseAccess(config));
  const ran = await migrate(client, config.CLICKHOUSE_CLUSTER).finally(() => client.close());
  process.stdout.write(ran.length > 0 ? ran.map((name) => `${name}: done\n`).join('') : 'the database is up to date\n');
} catch (error) {
  exitUnstarted(error);
}
