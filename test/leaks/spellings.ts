import { createHash } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';

/** How something can be written so that it does not look like itself, and the bytes that are then in the file. */
export type Spellings = ReadonlyMap<string, readonly Buffer[]>;

const ALIGNMENTS = [0, 1, 2] as const;

/** The part of a base64 text that does not depend on what stands around `bytes`, for each of the places they can begin at. */
const base64Forms = (bytes: Buffer, encoding: 'base64' | 'base64url'): Buffer[] =>
  ALIGNMENTS.map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .replaceAll('=', '');
    const known = Math.floor(((before + bytes.length) * 8) / 6);
    return Buffer.from(text.slice(Math.ceil((before * 8) / 6), known));
  });

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** Digests that anybody can turn back into an address, by trying all of them. */
const DIGESTS = ['md5', 'sha1', 'sha256'] as const;

/** The sixteen bytes of an IPv6 address, an IPv4 address as IPv6 writes it. */
const packed = (address: string): Buffer => {
  const v4 = address.slice(address.lastIndexOf(':') + 1);
  if (isIPv4(v4))
    return Buffer.concat([Buffer.from('00000000000000000000ffff', 'hex'), Buffer.from(v4.split('.').map(Number))]);
  const [head = '', tail] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [...head];
  const after = tail ?? [];
  while (groups.length + after.length < 8) groups.push('0');
  return Buffer.from([...groups, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
};

const addressForms = (address: string): [string, Buffer[]][] => {
  const bytes = packed(address);
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return [
    ['all groups', [Buffer.from(groups.join(':'))]],
    ['all groups, short', [Buffer.from(groups.map((group) => group.replace(/^0{1,3}/, '')).join(':'))]],
    ['sixteen bytes', [bytes]],
    ['sixteen bytes in hex', [Buffer.from(bytes.toString('hex'))]],
    ...DIGESTS.map((digest): [string, Buffer[]] => [
      digest,
      [Buffer.from(createHash(digest).update(address).digest('hex'))],
    ]),
  ];
};

/** All the ways in which `secret` is looked for; letters count as small ones. */
export const spellingsOf = (secret: string): Spellings => {
  const bytes = Buffer.from(secret);
  const known: [string, Buffer[]][] = [
    ['as it is', [bytes]],
    ['UTF-16', [Buffer.from(secret, 'utf16le'), utf16be(secret)]],
    ['hex', [Buffer.from(bytes.toString('hex'))]],
    ['base64', [...base64Forms(bytes, 'base64'), ...base64Forms(bytes, 'base64url')]],
    ['backwards', [Buffer.from([...secret].reverse().join(''))]],
  ];
  const escaped = encodeURIComponent(secret);
  if (escaped !== secret) known.push(['percent encoding', [Buffer.from(escaped)]]);
  if (isIP(secret) !== 0) known.push(...addressForms(secret));
  return new Map(known);
};
