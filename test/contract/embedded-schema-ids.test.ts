import { join } from 'node:path';
import { EmbeddedSchemaIds } from '../../services/runtime/registry/embedded.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeSchemaIds } from './schema-ids.ts';

describeSchemaIds('the embedded registry', async () => {
  const path = join(await temporaryFolder(), 'registry');
  return { open: async () => new EmbeddedSchemaIds(path) };
});
