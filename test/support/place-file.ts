import { rename, writeFile } from 'node:fs/promises';
import ipaddr from 'ipaddr.js';

/** What a MaxMind-format file of a test says: a record for each network, such as `8.8.8.0/24`. */
export interface PlaceFile {
  readonly networks: Readonly<Record<string, Value>>;
  /** As ISO date. */
  readonly built: string;
  readonly ipVersion?: 4 | 6;
}

/** What the format's data section can hold, as far as tests need it. */
type Value = string | number | readonly Value[] | { readonly [name: string]: Value };

/** A node of the search tree: two children, each a node or a record. */
type Node = [Child, Child];
type Child = Node | Value | undefined;

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const SEPARATOR_BYTES = 16;
const RECORD_BYTES = 3;

/** The types of the format: 2 text, 6 uint32, 7 map, 11 array (written as 0, then 4). All sizes of tests are below 29. */
const encode = (value: Value): Buffer => {
  if (typeof value === 'string') return Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.from([(6 << 5) | 4, 0, 0, 0, 0]);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 4]), ...value.map(encode)]);
  const entries = Object.entries(value as Readonly<Record<string, Value>>);
  return Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...entries.flat().map(encode)]);
};

/** The bits of a network: those of IPv4 stand at the end of IPv6. */
const bitsOf = (network: string, ipVersion: 4 | 6): number[] => {
  const [address, prefix] = ipaddr.parseCIDR(network);
  const pad = address.kind() === 'ipv4' && ipVersion === 6 ? 96 : 0;
  const bytes = [...Array<number>(pad / 8).fill(0), ...address.toByteArray()];
  return bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1)).slice(0, pad + prefix);
};

/** The bytes of the file. */
export const placeFile = ({ networks, built, ipVersion = 6 }: PlaceFile): Buffer => {
  const root: Node = [undefined, undefined];
  const nodes: Node[] = [root];
  for (const [network, record] of Object.entries(networks)) {
    const bits = bitsOf(network, ipVersion);
    let node = root;
    for (const bit of bits.slice(0, -1)) {
      const next = node[bit as 0 | 1];
      if (nodes.includes(next as Node)) node = next as Node;
      else {
        const made: Node = [undefined, undefined];
        node[bit as 0 | 1] = made;
        nodes.push(made);
        node = made;
      }
    }
    node[bits.at(-1) as 0 | 1] = record;
  }
  const data: Buffer[] = [];
  const pointerTo = (child: Child): number => {
    if (child === undefined) return nodes.length;
    const index = nodes.indexOf(child as Node);
    if (index >= 0) return index;
    const offset = Buffer.concat(data).length;
    data.push(encode(child as Value));
    return nodes.length + SEPARATOR_BYTES + offset;
  };
  const tree = nodes.flatMap((node) =>
    node.map((child) => {
      const record = Buffer.alloc(RECORD_BYTES);
      record.writeUIntBE(pointerTo(child), 0, RECORD_BYTES);
      return record;
    }),
  );
  const metadata = {
    binary_format_major_version: 2,
    build_epoch: Date.parse(built) / 1_000,
    database_type: 'Test',
    ip_version: ipVersion,
    node_count: nodes.length,
    record_size: RECORD_BYTES * 8,
  };
  return Buffer.concat([...tree, Buffer.alloc(SEPARATOR_BYTES), ...data, MARKER, encode(metadata)]);
};

/** Puts a file in the place of another, whole, as updaters of place databases do. */
export const replaceFile = async (path: string, bytes: Buffer): Promise<void> => {
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
};
