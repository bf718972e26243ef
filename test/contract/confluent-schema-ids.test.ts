import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import type { schema } from 'avsc';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { allSubjects } from '../../schemas/subjects.ts';
import { parseEnvironment } from '../../services/runtime/environment.ts';
import { PermanentError, RetryableError, StartError } from '../../services/runtime/errors.ts';
import { listen, portOf } from '../../services/runtime/listen.ts';
import { ConfluentSchemaIds } from '../../services/runtime/registry/confluent.ts';
import { schemaRegistryEnvironment } from '../../services/runtime/registry/confluent-config.ts';
import { freePorts } from '../support/ports.ts';
import { describeWithRegistry, type Registry, startRegistry } from '../support/registry.ts';
import { describeSchemaIds } from './schema-ids.ts';

const run = promisify(execFile);

const REGISTER_SCHEMAS = fileURLToPath(new URL('../../infra/registry/register-schemas.ts', import.meta.url));

const openIds = (environment: Readonly<Record<string, string>>): ConfluentSchemaIds => {
  const ids = new ConfluentSchemaIds(parseEnvironment(schemaRegistryEnvironment, environment));
  onTestFinished(() => ids.close());
  return ids;
};

type Field = schema.RecordType['fields'][number];

const event = (...fields: readonly Field[]): schema.RecordType => ({
  type: 'record',
  name: 'candor.test.Event',
  fields: [...fields],
});

const A: Field = { name: 'a', type: 'string' };
const B: Field = { name: 'b', type: 'string' };
const B_OR_NULL: Field = { name: 'b', type: ['null', 'string'], default: null };

describeWithRegistry('schema ids from a registry', () => {
  let registry: Registry;
  let tests = 0;
  beforeAll(async () => {
    registry = await startRegistry();
  }, 180_000);
  afterAll(() => registry.close());

  /** Names of a test's own make the registry an empty one. */
  const group = (): string => {
    tests += 1;
    return `group-${tests}`;
  };

  const open = (): ConfluentSchemaIds => openIds({ SCHEMA_REGISTRY_URL: registry.url });

  describeSchemaIds('the registry', async () => {
    const own = group();
    return {
      open: async () => {
        const ids = open();
        return {
          register: (subject, definition) => ids.register(`${own}-${subject}`, definition),
          idOf: (subject, definition) => ids.idOf(`${own}-${subject}`, definition),
          schemaOf: (id) => ids.schemaOf(id),
          close: () => ids.close(),
        };
      },
    };
  });

  describe('an earlier version must be able to live with a later one, and the other way round', () => {
    test('a field with a default may come and go', async () => {
      const subject = group();
      await open().register(subject, event(A));
      await expect(open().register(subject, event(A, B_OR_NULL))).resolves.toBeGreaterThan(0);
    });

    test.each([
      ['a new field without a default', event(A, B)],
      ['a field without a default that is gone', event()],
      ['a field with another type', event({ name: 'a', type: 'long' })],
    ])('%s is refused', async (_what, later) => {
      const subject = group();
      await open().register(subject, event(A));
      await expect(open().register(subject, later)).rejects.toThrow(PermanentError);
      await expect(open().idOf(subject, later)).rejects.toThrow(PermanentError);
    });
  });

  test('npm run schemas:register says which schemas are new, and which are known the next time', async () => {
    const env = { ...process.env, SCHEMA_REGISTRY_URL: registry.url };
    const subjects = allSubjects(await loadCatalog());
    for (const state of ['new', 'known']) {
      const { stdout } = await run(process.execPath, [REGISTER_SCHEMAS], { env });
      const lines = stdout.trimEnd().split('\n');
      expect(lines.map((line) => line.replace(/\d+$/, 'N'))).toEqual(
        [...subjects.keys()].map((subject) => `${subject}: ${state}, id N`),
      );
    }
    const ids = open();
    for (const [subject, definition] of subjects) {
      expect(await ids.schemaOf(await ids.idOf(subject, definition)), subject).toEqual(definition);
    }
  });

  test('an address that is no registry is no empty registry', async () => {
    const ids = openIds({ SCHEMA_REGISTRY_URL: `${registry.url}/nowhere` });
    await expect(ids.schemaOf(1)).rejects.toThrow(PermanentError);
    await expect(ids.idOf('subject', event(A))).rejects.toThrow(/404/);
  });
});

/** A server that answers every request with `status` and `body`. */
const startAnswering = async (
  status: number,
  body: string,
): Promise<{ url: string; logins: (string | undefined)[] }> => {
  const logins: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    logins.push(request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await listen(server, { host: '127.0.0.1', port: 0, variable: '' });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, logins };
};

describe('what the registry answers', () => {
  test.each([
    [503, '', RetryableError],
    [429, '{"error_code":42901,"message":"slow down"}', RetryableError],
    [500, '{"error_code":50002,"message":"timed out"}', RetryableError],
    [401, '{"error_code":401,"message":"Unauthorized"}', PermanentError],
    [422, '{"error_code":42201,"message":"Invalid schema"}', PermanentError],
    [404, 'not here', PermanentError],
    [200, '<html>please log in</html>', PermanentError],
  ])('status %d %s', async (status, body, kind) => {
    const { url } = await startAnswering(status, body);
    const ids = openIds({ SCHEMA_REGISTRY_URL: url });
    await expect(ids.schemaOf(1)).rejects.toThrow(kind);
    await expect(ids.idOf('subject', event(A))).rejects.toThrow(kind);
    await expect(ids.register('subject', event(A))).rejects.toThrow(kind);
  });

  test('nothing at all: worth another try, and the login is in nothing that is thrown', async () => {
    const [port = 0] = await freePorts(1);
    const login = { SCHEMA_REGISTRY_USERNAME: 'candor', SCHEMA_REGISTRY_PASSWORD: 'hidden' };
    const ids = openIds({ SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}`, ...login });
    const error: unknown = await ids.schemaOf(1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryableError);
    const shown = inspect(error, { depth: 10, showHidden: true });
    for (const secret of ['hidden', Buffer.from('candor:hidden').toString('base64')])
      expect(shown).not.toContain(secret);
  });

  test('a login is sent as HTTP basic authentication', async () => {
    const { url, logins } = await startAnswering(200, '{"schema":"\\"string\\""}');
    const login = { SCHEMA_REGISTRY_USERNAME: 'candor', SCHEMA_REGISTRY_PASSWORD: 'pass:word' };
    expect(await openIds({ SCHEMA_REGISTRY_URL: `${url}/`, ...login }).schemaOf(7)).toBe('string');
    expect(logins).toEqual([`Basic ${Buffer.from('candor:pass:word').toString('base64')}`]);
  });

  test('is asked for a schema once', async () => {
    const { url, logins } = await startAnswering(200, '{"schema":"\\"string\\""}');
    const ids = openIds({ SCHEMA_REGISTRY_URL: url });
    await ids.schemaOf(7);
    await ids.schemaOf(7);
    expect(logins).toHaveLength(1);
  });
});

test.each(['mock://registry', 'registry:8081', 'http://user:password@registry:8081'])('%s is no address', (url) => {
  expect(() => parseEnvironment(schemaRegistryEnvironment, { SCHEMA_REGISTRY_URL: url })).toThrow(StartError);
});
