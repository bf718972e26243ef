import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { describeWithOpenssl, makeCertificate } from '../../support/certificate.ts';
import { head } from '../../support/http-bytes.ts';
import { exchange } from '../../support/raw-http.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cutConnections, REPORT, startTestEdge } from '../../support/test-edge.ts';

/** The name on the certificate that a port shows. */
const shownName = (port: number, maxVersion: SecureVersion = 'TLSv1.3'): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion, minVersion: 'TLSv1' } as const;
    const socket = connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });

const postOverTls = (port: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: '/tiny', method: 'POST', rejectUnauthorized: false, agent: false };
    request(options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end(REPORT);
  });

describeWithOpenssl('TLS', () => {
  let first: { readonly cert: string; readonly key: string };
  let second: typeof first;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'candor-test-'));
    first = makeCertificate(folder, 'first');
    second = makeCertificate(folder, 'second');
    return () => rm(folder, { recursive: true });
  });

  /** An edge with TLS, and the files of its certificate. */
  const startTlsEdge = async () => {
    const folder = await temporaryFolder();
    const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await copyFile(first.cert, files.cert);
    await copyFile(first.key, files.key);
    const edge = await startTestEdge({ config: { EDGE_TLS_CERT_FILE: files.cert, EDGE_TLS_KEY_FILE: files.key } });
    return { edge, files };
  };

  describe('an edge with a certificate', () => {
    test('takes reports over TLS', async () => {
      const { edge } = await startTlsEdge();
      expect(await postOverTls(edge.port)).toBe(200);
      expect((await edge.events()).map(({ body }) => body.toString())).toEqual([REPORT]);
    });

    test('speaks TLS 1.2 and 1.3, and nothing older', async () => {
      const { edge } = await startTlsEdge();
      expect(await shownName(edge.port, 'TLSv1.3')).toBe('first');
      expect(await shownName(edge.port, 'TLSv1.2')).toBe('first');
      await expect(shownName(edge.port, 'TLSv1.1')).rejects.toThrow();
      await vi.waitFor(async () => expect(await cutConnections(edge)).toMatchObject({ tls: 1 }));
    });

    test('answers nobody who speaks in clear', async () => {
      const { edge } = await startTlsEdge();
      await expect(exchange(edge.port, head('GET / HTTP/1.1', 'Host: x'))).rejects.toThrow('ended');
      expect(await cutConnections(edge)).toEqual({ tls: 1 });
    });

    test('shows a renewed certificate without a restart, and the old one until the renewal is whole', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      onTestFinished(() => void vi.useRealTimers());
      const { edge, files } = await startTlsEdge();
      await copyFile(second.cert, files.cert);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await shownName(edge.port)).toBe('first');
      await copyFile(second.key, files.key);
      await vi.waitFor(async () => {
        await vi.advanceTimersByTimeAsync(60_000);
        expect(await shownName(edge.port)).toBe('second');
      });
      vi.useRealTimers();
      expect(await postOverTls(edge.port)).toBe(200);
    });
  });

  describe('an edge does not start', () => {
    test('with a certificate and no key', async () => {
      await expect(startTestEdge({ config: { EDGE_TLS_CERT_FILE: first.cert } })).rejects.toThrow(
        'TLS needs both EDGE_TLS_CERT_FILE and EDGE_TLS_KEY_FILE',
      );
    });

    test.each([
      ['a key of another certificate', () => second.key],
      ['a key that is not there', () => '/nowhere/key.pem'],
      ['a key that is none', () => first.cert],
    ])('with %s', async (_what, key) => {
      const config = { EDGE_TLS_CERT_FILE: first.cert, EDGE_TLS_KEY_FILE: key() };
      await expect(startTestEdge({ config })).rejects.toThrow("can't be used");
    });
  });
});
