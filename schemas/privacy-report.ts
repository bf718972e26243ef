import { dataDictionary } from './dictionary/data-dictionary.ts';
import { exampleDocuments } from './dictionary/example-documents.ts';
import { loadCatalog } from './pack/catalog.ts';

// Prints what is kept of every field, where and how long: `npm run --silent privacy-report`.
const catalog = await loadCatalog();
process.stdout.write(dataDictionary(catalog, await exampleDocuments(catalog)));
