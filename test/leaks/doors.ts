import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import { createRoutes, type Door, type Service } from '../../services/edge/routes.ts';
import type { BodyMark } from './canaries.ts';

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
  /** Whether the raw topic gets bodies compressed from it, or plain, or none. */
  readonly mark: BodyMark;
  /** Whether it is asked by `Candor-Echo` what would be kept. */
  readonly isAskedByHeader: boolean;
}

const nameOf = ({ method, path, hosts }: Door): string => `${method} ${path === '/' ? hosts[0] : ''}${path}`;

/** How documents come in by each service of the edge, and whether what is written of them is compressed; undefined where none do. */
const SERVICES: Readonly<Record<Service, Pick<ReportDoor, 'form' | 'mark'> | undefined>> = {
  report: { form: 'json', mark: 'packed' },
  // What is taken out of a batch is written as it stood there; a frame is never compressed.
  batch: { form: 'batch', mark: 'plain' },
  frames: { form: 'frames', mark: 'plain' },
  echo: { form: 'json', mark: 'shown' },
  erasure: undefined,
  receipt: undefined,
  description: undefined,
};

const doorsOnce = (catalog: ProductCatalog): readonly ReportDoor[] =>
  createRoutes(catalog).doors.flatMap((door): ReportDoor[] => {
    const { product, method, path, hosts, service } = door;
    const taken = SERVICES[service];
    if (taken === undefined) return [];
    const host = path === '/' ? hosts[0] : undefined;
    const known = { name: nameOf(door), product, method, path, host, isAskedByHeader: false, ...taken };
    if (service !== 'report') return [known];
    const own = catalog.products.get(product)?.wire.endpoints.find((endpoint) => endpoint.path === path);
    return [{ ...known, form: own?.decode ? 'otlp' : 'json', mark: own ? 'packed' : 'plain' }];
  });

/**
 * The doors for documents: those that the products' clients know, and the neutral ones; and each once more for who asks there by
 * `Candor-Echo` what would be kept, of which nothing is ever written.
 */
export const reportDoors = (catalog: ProductCatalog): readonly ReportDoor[] => {
  const doors = doorsOnce(catalog);
  return [...doors, ...doors.map((door): ReportDoor => ({ ...door, mark: 'shown', isAskedByHeader: true }))];
};

/** Doors that take no documents, with the path to ask them at. */
export const otherDoors = (catalog: ProductCatalog): readonly Pick<ReportDoor, 'name' | 'method' | 'path'>[] => {
  const known = new Set(reportDoors(catalog).map(({ name }) => name));
  return createRoutes(catalog)
    .doors.map((door) => ({ name: nameOf(door), method: door.method, path: door.path }))
    .filter(({ name }) => !known.has(name));
};
