import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { createRoutes, type Door } from '../../services/edge/routes.ts';

/** A way in for documents of a product. */
export interface ReportDoor {
  readonly name: string;
  readonly product: string;
  readonly method: string;
  readonly path: string;
  /** What clients call the host, where a path alone does not tell the product. */
  readonly host: string | undefined;
  /** How it takes documents. */
  readonly form: 'json' | 'otlp' | 'batch' | 'frames';
  /** Whether the raw topic gets bodies compressed from it, or plain. */
  readonly mark: 'packed' | 'plain';
}

const nameOf = ({ method, path, hosts }: Door): string => `${method} ${path === '/' ? hosts[0] : ''}${path}`;

/** The doors for documents: those that the products' clients know, and the neutral ones. */
export const reportDoors = (catalog: ProductCatalog): readonly ReportDoor[] =>
  createRoutes(catalog).doors.flatMap((door): ReportDoor[] => {
    const { product, method, path, hosts, service } = door;
    const host = path === '/' ? hosts[0] : undefined;
    const known = { name: nameOf(door), product, method, path, host };
    // What is taken out of a batch is written as it stood there; a frame is never compressed.
    if (service === 'batch' || service === 'frames') return [{ ...known, form: service, mark: 'plain' }];
    if (service !== 'report') return [];
    const endpoints = catalog.products.get(product)?.wire.endpoints ?? [];
    const own = endpoints.find((endpoint) => endpoint.path === path);
    return [{ ...known, form: own?.decode ? 'otlp' : 'json', mark: own ? 'packed' : 'plain' }];
  });

/** Doors that take no documents, with the path to ask them at. */
export const otherDoors = (catalog: ProductCatalog): readonly Pick<ReportDoor, 'name' | 'method' | 'path'>[] => {
  const known = new Set(reportDoors(catalog).map(({ name }) => name));
  return createRoutes(catalog)
    .doors.map((door) => ({ name: nameOf(door), method: door.method, path: door.path }))
    .filter(({ name }) => !known.has(name));
};
