import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { brakeEnvironment } from '../runtime/brake.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { runService, serviceEnvironment } from '../runtime/service.ts';
import { runEnricher } from './enricher.ts';

await runService(
  'enricher',
  () => readEnvironment({ ...serviceEnvironment, ...brakeEnvironment }),
  async (config, { lifecycle, ...parts }) => {
    const catalog = await loadCatalog();
    lifecycle.run('enricher', (signal) => runEnricher(config, { ...parts, catalog }, signal));
  },
);
