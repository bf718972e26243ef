import type { ProductCatalog } from '../../schemas/pack/catalog.ts';

/** A door of the edge: what comes in there belongs to `product`. */
export interface Door {
  readonly product: string;
  /** The path, as the raw event names it. */
  readonly path: string;
  readonly methods: readonly string[];
}

/** The path of the door that takes any product's documents. */
export const neutralPath = (product: string): string => `/v1/reports/${product}`;

/** Finds the door for a path and a Host header; undefined when there is none. */
export type Routes = (path: string, host: string | undefined) => Door | undefined;

/** The doors of all products: those that their clients know, and one neutral door each. */
export const createRoutes = (catalog: ProductCatalog): Routes => {
  const byPath = new Map<string, Door>();
  const byHostAndPath = new Map<string, Door>();
  for (const { product, wire } of catalog.products.values()) {
    byPath.set(neutralPath(product), { product, path: neutralPath(product), methods: ['POST'] });
    for (const { method, path, hosts } of wire.endpoints) {
      const door = { product, path, methods: [method] };
      // A root can belong to several products: there only the host tells.
      if (path === '/') for (const host of hosts ?? []) byHostAndPath.set(`${host}${path}`, door);
      else if (byPath.has(path)) throw new Error(`${product} and ${byPath.get(path)?.product} share the path ${path}`);
      else byPath.set(path, door);
    }
  }
  return (path, host) => byPath.get(path) ?? byHostAndPath.get(`${host?.toLowerCase().replace(/:\d+$/, '')}${path}`);
};
