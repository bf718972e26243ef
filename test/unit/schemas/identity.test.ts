import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../schemas/pack/catalog.ts';
import { validExamples } from '../../support/examples.ts';

const catalog = await loadCatalog();
const examples = await validExamples();

type Json = Readonly<Record<string, unknown>>;

/** The document of a valid example, with some of its fields changed. */
const sent = (name: string, changes: Json = {}): Json => {
  const example = examples.find(({ product, name: found }) => `${product}/${found}` === name);
  if (example === undefined) throw new Error(`${name} is no example`);
  return { ...JSON.parse(example.body), ...changes };
};

/** The same within an envelope of Hasura's. */
const sentInData = (name: string, changes: Json): Json => {
  const { data, ...envelope } = sent(name);
  return { ...envelope, data: { ...(data as Json), ...changes } };
};

const MORNING = Date.parse('2026-11-21T09:00:00Z');
const NOON = Date.parse('2026-11-21T12:00:00Z');
const TOMORROW = Date.parse('2026-11-22T09:10:00Z');

/** What the pipeline takes for the identity of a document that came in at a time. */
const identity = (product: string, document: Json, receivedAtMs = MORNING): string | null => {
  const classified = catalog.products.get(product)?.wire.classify(document);
  const contract = classified && catalog.kinds.get(classified.kind)?.contract;
  if (contract === undefined) throw new Error('a document of no kind');
  return contract.identity(contract.schema.parse(classified?.document), receivedAtMs);
};

describe('a report of SonarQube', () => {
  test('is the same when its cycle is sent anew, with another time of the server in it', () => {
    const first = sent('sonarqube/release-10.7');
    const again = { ...first, localTimestamp: '2026-11-22T00:04:05+0000' };
    expect(identity('sonarqube', again, TOMORROW)).toBe(identity('sonarqube', first));
  });

  test('is another one the next day, by its number', () => {
    const first = sent('sonarqube/release-10.7', { messageSequenceNumber: 41 });
    const next = sent('sonarqube/release-10.7', { messageSequenceNumber: 42 });
    expect(identity('sonarqube', next, TOMORROW)).not.toBe(identity('sonarqube', first));
  });

  test('of another server with the same number is another one', () => {
    const other = sent('sonarqube/release-10.7', { id: 'B71D09E4-AZk2Rp8sLm4QxVt6HwNc' });
    expect(identity('sonarqube', other)).not.toBe(identity('sonarqube', sent('sonarqube/release-10.7')));
  });

  test('of 8.x, which has no number, is told by its day and its values', () => {
    const first = sent('sonarqube/counted-8.x');
    expect(identity('sonarqube', { ...first }, NOON)).toBe(identity('sonarqube', first));
    expect(identity('sonarqube', first, TOMORROW)).not.toBe(identity('sonarqube', first));
    expect(identity('sonarqube', { ...first, userCount: 9_999 })).not.toBe(identity('sonarqube', first));
  });
});

describe('metrics of SonarQube', () => {
  const FRESH = { message_uuid: '6a5b4c3d-2e1f-4a0b-9c8d-7e6f5a4b3c2d' };
  const languages = sent('sonarqube/metrics-language');

  test('are the same when their cycle is sent anew under a fresh message_uuid', () => {
    expect(identity('sonarqube', { ...languages, ...FRESH }, NOON)).toBe(identity('sonarqube', languages));
  });

  test('are others the next day, in another part of the same cycle, and of another server', () => {
    const first = identity('sonarqube', languages);
    expect(identity('sonarqube', languages, TOMORROW)).not.toBe(first);
    const [value] = languages.metric_values as Json[];
    expect(identity('sonarqube', { ...languages, metric_values: [value] })).not.toBe(first);
    expect(identity('sonarqube', { ...languages, dimension: 'project' })).not.toBe(first);
    expect(identity('sonarqube', { ...languages, installation_id: 'C0FFEE00-AZk2Rp8sLm4QxVt6HwNc' })).not.toBe(first);
  });

  test('of two analyses with equal values are two, of one analysis that is repeated on the way are one', () => {
    const analysis = sent('sonarqube/metrics-analysis');
    expect(identity('sonarqube', { ...analysis, ...FRESH })).not.toBe(identity('sonarqube', analysis));
    expect(identity('sonarqube', { ...analysis }, TOMORROW)).toBe(identity('sonarqube', analysis));
    expect(identity('sonarqube', { ...analysis, message_uuid: '' })).toBeNull();
  });
});

test('a report of Dependency-Track is one a day and system, whatever its values have become in the meantime', () => {
  const first = sent('dependency-track/postgresql');
  const afterUpgrade = { ...first, dt_version: '4.14.0', db_version: '17.2' };
  expect(identity('dependency-track', afterUpgrade, NOON)).toBe(identity('dependency-track', first));
  expect(identity('dependency-track', first, TOMORROW)).not.toBe(identity('dependency-track', first));
  const other = { ...first, system_id: '0d9c8b7a-6f5e-4d3c-8b2a-190817263544' };
  expect(identity('dependency-track', other)).not.toBe(identity('dependency-track', first));
});

describe('a report of EMQX', () => {
  const first = sent('emqx/5.8-cluster');

  test('is the same when the node sends its bytes again, for days', () => {
    expect(identity('emqx', sent('emqx/5.8-cluster'), TOMORROW)).toBe(identity('emqx', first));
  });

  test('is another one when the node has been up for longer, and of another node of the cluster', () => {
    expect(identity('emqx', { ...first, up_time: Number(first.up_time) + 1 })).not.toBe(identity('emqx', first));
    expect(identity('emqx', { ...first, uuid: '4C6D8E2F77A1F0B' })).not.toBe(identity('emqx', first));
  });

  test('has no identity when the node does not know how long it has been up', () => {
    expect(identity('emqx', { ...first, up_time: 'undefined' })).toBeNull();
  });
});

describe('of Hasura', () => {
  test('an execution of the command line counts once', () => {
    const first = sent('hasura/cli-without-server');
    expect(identity('hasura', { ...first }, TOMORROW)).toBe(identity('hasura', first));
    const next = sentInData('hasura/cli-without-server', { execution_id: '7e6d5c4b-3a29-4180-9f7e-6d5c4b3a2918' });
    expect(identity('hasura', next)).not.toBe(identity('hasura', first));
  });

  test('an execution without an id has no identity', () => {
    expect(identity('hasura', sentInData('hasura/cli-without-server', { execution_id: '' }))).toBeNull();
    expect(identity('hasura', sent('hasura/cli-minimal'))).toBeNull();
  });

  test.each(['hasura/server-v1-timings', 'hasura/server-v2-default-source'])('%s counts once a day', (name) => {
    const first = sent(name);
    expect(identity('hasura', first)).not.toBeNull();
    expect(identity('hasura', sent(name), NOON)).toBe(identity('hasura', first));
    expect(identity('hasura', first, TOMORROW)).not.toBe(identity('hasura', first));
    const restarted = sentInData(name, { instance_uid: '3f4e5d6c-7b8a-4990-8a1b-2c3d4e5f6a7b' });
    expect(identity('hasura', restarted)).not.toBe(identity('hasura', first));
    expect(identity('hasura', sentInData(name, { instance_uid: '' }))).toBeNull();
  });

  test('two further sources of a server may be equal, so their reports have no identity', () => {
    expect(identity('hasura', sent('hasura/server-v2-data-connector'))).toBeNull();
    expect(identity('hasura', sent('hasura/enterprise-source'))).toBeNull();
  });

  test('resources carry no id, so they have no identity', () => {
    expect(identity('hasura', sent('hasura/server-resources'))).toBeNull();
  });

  test.each(['hasura/enterprise-server', 'hasura/enterprise-metrics'])('%s counts once a sampling', (name) => {
    const first = sent(name);
    expect(identity('hasura', first)).not.toBeNull();
    expect(identity('hasura', sent(name), TOMORROW)).toBe(identity('hasura', first));
    const data = (first.data ?? first) as Json;
    const next = { ...data, sample_uid: '5d4c3b2a-1908-4f7e-8d6c-5b4a39281706' };
    expect(identity('hasura', next)).not.toBe(identity('hasura', first));
    expect(identity('hasura', { ...data, sample_uid: null })).toBeNull();
  });

  test('a click is a click, as often as it comes', () => {
    expect(identity('hasura', sent('hasura/console-v2-click'))).toBeNull();
  });
});
