import { allTables } from '../../../infra/clickhouse/all-tables.ts';
import { openClickHouse } from '../../../infra/clickhouse/client.ts';
import { clickHouseAccess, clickHouseEnvironment } from '../../../infra/clickhouse/config.ts';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { readEnvironment } from '../../../services/runtime/environment.ts';
import { runService, serviceEnvironment } from '../../../services/runtime/service.ts';
import { sinkEnvironment } from '../../../services/sink/config.ts';
import { runSink } from '../../../services/sink/sink.ts';

// A sink in a consumer group of its own: it owns every partition that the ordinary sink owns at the same time.
const readConfig = () => readEnvironment({ ...sinkEnvironment, ...serviceEnvironment, ...clickHouseEnvironment });

await runService('sink', readConfig, async (config, { lifecycle, requires: _, log, ...parts }) => {
  const clickhouse = openClickHouse(clickHouseAccess(config));
  lifecycle.onClose('ClickHouse connections', () => clickhouse.close());
  const tables = new Map(allTables(await loadCatalog()).map(({ name, table }) => [name, table]));
  const consume = log.consume.bind(log);
  log.consume = (topic, group, signal, work) => consume(topic, `${group}-twin`, signal, work);
  lifecycle.run('sink', (signal) => runSink(config, { ...parts, log, clickhouse, tables }, signal));
});
