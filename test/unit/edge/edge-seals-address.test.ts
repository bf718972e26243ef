import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAddressKeys, unseal } from '../../../services/runtime/sealed-address.ts';
import { postReport, REPORT, startTestEdge, type TestEdgeOptions } from '../../support/test-edge.ts';

describe('the client address', () => {
  const ADDRESS = '203.0.113.77';
  const behindProxy: TestEdgeOptions = { config: { TRUSTED_PROXY_HOPS: 1 } };

  const bytesOf = async (folder: string): Promise<Buffer> => {
    const files = await readdir(folder, { recursive: true });
    return Buffer.concat(await Promise.all(files.map((file) => readFile(join(folder, file)))));
  };

  test('opens for the event under the key in the state store', async () => {
    const edge = await startTestEdge(behindProxy);
    await postReport(edge, REPORT, `X-Forwarded-For: ${ADDRESS}`);
    const [event] = await edge.events();
    const { key_id = '', sealed = Buffer.alloc(0) } = event?.address ?? {};
    const key = (await loadAddressKeys(edge.state, new Set([key_id]))).get(key_id);
    expect(key && unseal(key, event?.event_id ?? '', sealed)).toBe(ADDRESS);
  });

  test('is nowhere in the log in clear', async () => {
    const edge = await startTestEdge(behindProxy);
    await postReport(edge, REPORT, `X-Forwarded-For: ${ADDRESS}`, `Forwarded: for=${ADDRESS}`, `X-Real-IP: ${ADDRESS}`);
    const written = await bytesOf(edge.logFolder);
    expect(written.includes(REPORT)).toBe(true);
    expect(written.includes(ADDRESS)).toBe(false);
    const [event] = await edge.events();
    const envelope = JSON.stringify(event, (_name, value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : value,
    );
    expect(envelope).not.toContain(ADDRESS);
    expect(event?.address?.sealed.includes(Buffer.from(ADDRESS.split('.').map(Number)))).toBe(false);
  });

  test('that is unknown is none', async () => {
    const edge = await startTestEdge(behindProxy);
    await postReport(edge);
    expect((await edge.events())[0]?.address).toBeNull();
  });
});
