import { allTables } from '../../../infra/clickhouse/all-tables.ts';
import { openClickHouse } from '../../../infra/clickhouse/client.ts';
import { clickHouseAccess, clickHouseEnvironment } from '../../../infra/clickhouse/config.ts';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { readEnvironment } from '../../../services/runtime/environment.ts';
import type { EventLog } from '../../../services/runtime/log/event-log.ts';
import { runService, serviceEnvironment } from '../../../services/runtime/service.ts';
import { sinkEnvironment } from '../../../services/sink/config.ts';
import { runSink } from '../../../services/sink/sink.ts';

// A sink in a consumer group of its own: it owns every partition that the ordinary sink owns at the same time.
const readConfig = () => readEnvironment({ ...sinkEnvironment, ...serviceEnvironment, ...clickHouseEnvironment });

await runService('sink', readConfig, async (config, { lifecycle, requires: _, log, ...parts }) => {
  const clickhouse = openClickHouse(clickHouseAccess(config));
  lifecycle.onClose('ClickHouse connections', () => clickhouse.close());
  const tables = new Map(allTables(await loadCatalog()).map(({ name, table }) => [name, table]));
  const twinLog: EventLog = {
    generation: log.generation,
    append: log.append.bind(log),
    consume: (topic, group, signal, work) => log.consume(topic, `${group}-twin`, signal, work),
    lag: log.lag.bind(log),
    progress: log.progress.bind(log),
    close: () => log.close(),
  };
  lifecycle.run('sink', (signal) => runSink(config, { ...parts, log: twinLog, clickhouse, tables }, signal));
});
