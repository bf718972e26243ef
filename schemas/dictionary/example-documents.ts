import { readdir, readFile } from 'node:fs/promises';
import { PRODUCTS_URL, type ProductCatalog } from '../pack/catalog.ts';

/** The valid examples of all products by kind, each without its wire envelope. */
export const exampleDocuments = async (catalog: ProductCatalog): Promise<ReadonlyMap<string, readonly unknown[]>> => {
  const documents = new Map<string, unknown[]>();
  for (const { product, wire } of catalog.products.values()) {
    const folder = new URL(`${product}/examples/valid/`, PRODUCTS_URL);
    for (const file of (await readdir(folder)).sort()) {
      const classified = wire.classify(JSON.parse(await readFile(new URL(file, folder), 'utf8')));
      if (classified === undefined) continue;
      documents.set(classified.kind, [...(documents.get(classified.kind) ?? []), classified.document]);
    }
  }
  return documents;
};
