import type { ProductCatalog } from '../../schemas/pack/catalog.ts';
import type { BusyAnswer, Endpoint } from '../../schemas/pack/pack.ts';
import { installationsPath } from '../../schemas/pipeline/erasure.ts';

/** What a door does with a request. */
export type Service = 'report' | 'batch' | 'echo' | 'erasure' | 'frames' | 'receipt' | 'description';

/** A door of the edge: one method of one path. */
export interface Door {
  readonly method: string;
  /** The path, as the raw event names it. */
  readonly path: string;
  readonly service: Service;
  /** Whose reports come in here; empty for what belongs to no product. */
  readonly product: string;
  /** Hosts that its clients know. */
  readonly hosts: readonly string[];
  /** See {@link Endpoint}. */
  readonly whenBusy: 'cut' | BusyAnswer;
  readonly whenInvalid: 'problem' | 'ok';
  readonly fromBrowsers: boolean;
}

/** Whether a door says what would be kept of a report to who sends `Candor-Echo` with it. */
export const canEcho = ({ service, method }: Door): boolean =>
  service === 'echo' || (service === 'report' && method === 'POST');

/** The doors of one path, by method. */
export type DoorsOfPath = ReadonlyMap<string, Door>;

/** All doors, and the way to them. */
export interface Routes {
  readonly doors: readonly Door[];
  /** The doors for a path and a Host header; undefined when there are none. */
  find(path: string, host: string | undefined): DoorsOfPath | undefined;
}

/** Path of the door for one report of a product. */
export const reportsPath = (product: string): string => `/v1/reports/${product}`;

/** Path of the door for many reports of a product at once. */
export const batchesPath = (product: string): string => `/v1/batches/${product}`;

/** Path of the door that says what would be kept of a report of a product. */
export const echoPath = (product: string): string => `/v1/echo/${product}`;

/** What the path of a receipt starts with. */
export const RECEIPTS_PATH = '/v1/receipts/';

/** What clients hear when their door says nothing else: soon enough for one that waits, and time for a burst to pass. */
export const BUSY: BusyAnswer = { status: 503, retryAfterSeconds: 5 };

const NEUTRAL = { product: '', hosts: [], whenBusy: BUSY, whenInvalid: 'problem', fromBrowsers: false } as const;

const OWN: readonly Door[] = [
  { ...NEUTRAL, method: 'GET', path: `${RECEIPTS_PATH}{receipt}`, service: 'receipt' },
  { ...NEUTRAL, method: 'GET', path: '/openapi.json', service: 'description' },
];

const clientDoor = (product: string, endpoint: Endpoint): Door => {
  const isSocket = endpoint.transport === 'websocket';
  return {
    method: isSocket ? 'GET' : endpoint.method,
    path: endpoint.path,
    service: isSocket ? 'frames' : 'report',
    product,
    hosts: endpoint.hosts ?? [],
    whenBusy: endpoint.whenBusy ?? BUSY,
    whenInvalid: endpoint.whenInvalid ?? 'problem',
    fromBrowsers: endpoint.fromBrowsers ?? false,
  };
};

const neutralDoors = (product: string): Door[] => [
  { ...NEUTRAL, product, method: 'POST', path: reportsPath(product), service: 'report' },
  { ...NEUTRAL, product, method: 'POST', path: batchesPath(product), service: 'batch' },
  { ...NEUTRAL, product, method: 'POST', path: echoPath(product), service: 'echo' },
  { ...NEUTRAL, product, method: 'DELETE', path: `${installationsPath(product)}/{id}`, service: 'erasure' },
];

/** Where GET is there is HEAD (RFC 9110, 9.1): the same answer, of which node:http sends no body. A WebSocket has no such thing. */
const withHead = (door: Door): readonly Door[] =>
  door.method === 'GET' && door.service !== 'frames' ? [door, { ...door, method: 'HEAD' }] : [door];

/** Where a door is found. A root can belong to several products: there only the host tells. */
const keysOf = ({ path, hosts }: Door): readonly string[] => (path === '/' ? hosts.map((host) => host + path) : [path]);

/**
 * The doors of all products, those that their clients know and three neutral ones each, and the edge's own.
 *
 * @throws Error when two products share a path.
 */
export const createRoutes = (catalog: ProductCatalog): Routes => {
  const ofProducts = [...catalog.products.values()].flatMap(({ product, wire }) => [
    ...wire.endpoints.map((endpoint) => clientDoor(product, endpoint)),
    ...neutralDoors(product),
  ]);
  const doors = [...ofProducts, ...OWN].flatMap(withHead);
  const byKey = new Map<string, Map<string, Door>>();
  for (const door of doors) {
    for (const key of keysOf(door)) {
      const methods = byKey.get(key) ?? new Map<string, Door>();
      const [other = door] = methods.values();
      if (other.product !== door.product) throw new Error(`${door.product} and ${other.product} share the path ${key}`);
      byKey.set(key, methods.set(door.method, door));
    }
  }
  const receipts = byKey.get(`${RECEIPTS_PATH}{receipt}`);
  return {
    doors,
    find: (path, host) =>
      byKey.get(path) ??
      byKey.get(path.replace(/[^/]+$/, '{id}')) ??
      (path.startsWith(RECEIPTS_PATH) ? receipts : byKey.get(`${host?.toLowerCase().replace(/:\d+$/, '')}${path}`)),
  };
};
