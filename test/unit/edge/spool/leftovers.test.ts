import { expect, onTestFinished, test, vi } from 'vitest';
import { PARTITIONS, TOPICS } from '../../../../schemas/topics/topics.ts';
import { edgeEnvironment } from '../../../../services/edge/config.ts';
import { processesEnvironment } from '../../../../services/edge/processes.ts';
import { spoolEnvironment } from '../../../../services/edge/spool/config.ts';
import { drainLeftovers } from '../../../../services/edge/spool/leftovers.ts';
import { processFolder } from '../../../../services/edge/spool/process-folder.ts';
import { Spool } from '../../../../services/edge/spool/spool.ts';
import { parseEnvironment } from '../../../../services/runtime/environment.ts';
import { Lifecycle } from '../../../../services/runtime/lifecycle.ts';
import { createLogger } from '../../../../services/runtime/logger.ts';
import { createMetrics } from '../../../../services/runtime/metrics.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

test('what processes have spooled that are not run any more is drained, and nothing of those that are', async () => {
  const folder = await temporaryFolder();
  for (const process of [1, 2]) {
    const spool = await Spool.open(processFolder(folder, process), PARTITIONS, 1_000_000);
    await spool.append(3, Buffer.from(`of process ${process}`));
    await spool.close();
  }
  const logger = createLogger('silent');
  const lifecycle = new Lifecycle(logger);
  onTestFinished(() => lifecycle.close());
  const append = vi.fn(async () => 0);
  const environment = { ...edgeEnvironment, ...processesEnvironment, ...spoolEnvironment };
  const config = parseEnvironment(environment, { EDGE_SPOOL_DIR: folder, EDGE_PROCESSES: '2' });
  await drainLeftovers(config, { log: { append }, logger, lifecycle, metrics: createMetrics() });
  await vi.waitFor(() => expect(append).toHaveBeenCalled());
  await lifecycle.close();
  expect(append.mock.calls).toEqual([[TOPICS.raw.name, 3, [Buffer.from('of process 2')]]]);
});
