import { mkdir, rm, writeFile } from 'node:fs/promises';
import { loadCatalog } from './pack/catalog.ts';
import { AVRO_URL, avroFiles } from './subjects.ts';

// Writes schemas/avro anew: `npm run schemas:generate`. A test fails when it is stale.
await rm(AVRO_URL, { recursive: true, force: true });
await mkdir(AVRO_URL);
for (const [file, text] of avroFiles(await loadCatalog())) await writeFile(new URL(file, AVRO_URL), text);
