import { readdir } from 'node:fs/promises';
import type { Contract, Contracts, Flatten, PrivacyPolicy, ProductPack, Tables, Wire } from './pack.ts';
import type { Table } from './table.ts';

/** Where the product packs are: one folder each. */
export const PRODUCTS_URL = new URL('../products/', import.meta.url);

/** A kind with all that the pipeline knows about it. */
export interface Kind {
  readonly kind: string;
  readonly pack: ProductPack;
  readonly contract: Contract;
  readonly flatten: Flatten;
}

/** All products of an installation of Candor. */
export interface ProductCatalog {
  readonly products: ReadonlyMap<string, ProductPack>;
  readonly kinds: ReadonlyMap<string, Kind>;
  /** The products' tables by name. */
  readonly tables: ReadonlyMap<string, Table>;
}

/** The name of a product is the name of its folder. */
const loadPack = async (product: string, productsUrl: URL): Promise<ProductPack> => {
  const part = (file: string): Promise<unknown> => import(new URL(`${product}/${file}`, productsUrl).href);
  const { contracts } = (await part('contract.ts')) as { contracts: Contracts };
  const { privacy } = (await part('privacy.ts')) as { privacy: PrivacyPolicy };
  const { wire } = (await part('wire.ts')) as { wire: Wire };
  const { tables, flatten } = (await part('tables.ts')) as { tables: Tables; flatten: Record<string, Flatten> };
  return { product, contracts, privacy, wire, tables, flatten };
};

/**
 * Reads every product pack below `productsUrl`. Adding a product is adding a folder there.
 *
 * @throws Error when a kind is not named after its product, has no flattening, or two products share a table's name.
 */
export const loadCatalog = async (productsUrl: URL = PRODUCTS_URL): Promise<ProductCatalog> => {
  const folders = (await readdir(productsUrl, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const packs = await Promise.all(folders.map((folder) => loadPack(folder.name, productsUrl)));
  packs.sort((a, b) => a.product.localeCompare(b.product));
  const kinds = new Map<string, Kind>();
  const tables = new Map<string, Table>();
  for (const pack of packs) {
    for (const [kind, contract] of Object.entries(pack.contracts)) {
      const flatten = pack.flatten[kind];
      if (!kind.startsWith(`${pack.product}.`) || flatten === undefined) {
        throw new Error(
          `schemas/products/${pack.product}: the kind ${kind} needs the product as its prefix and a flattening`,
        );
      }
      kinds.set(kind, { kind, pack, contract, flatten });
    }
    for (const [name, table] of Object.entries(pack.tables)) {
      if (tables.has(name))
        throw new Error(`schemas/products/${pack.product}: the table ${name} exists in another product`);
      tables.set(name, table);
    }
  }
  return { products: new Map(packs.map((pack) => [pack.product, pack])), kinds, tables };
};
