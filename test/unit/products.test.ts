import avro from 'avsc';
import { describe, expect, test } from 'vitest';
import { rowSchema } from '../../schemas/pack/avro.ts';
import { loadCatalog } from '../../schemas/pack/catalog.ts';
import { createDescribeViolation } from '../../services/anonymizer/violation.ts';
import { invalidExamples, readableRow, validExamples } from '../support/examples.ts';

const catalog = await loadCatalog();
const valid = await validExamples();
const invalid = await invalidExamples();

/** What the pipeline does with a document, without the pipeline. */
const understand = (product: string, body: unknown) => {
  const classified = catalog.products.get(product)?.wire.classify(body);
  const kind = classified && catalog.kinds.get(classified.kind);
  if (!kind) return { reason: 'unknown_kind', detail: '' };
  const parsed = kind.contract.schema.safeParse(classified.document);
  if (!parsed.success)
    return { reason: 'contract_violation', detail: createDescribeViolation(kind.contract.schema)(parsed.error).path };
  return { kind, document: parsed.data };
};

const COMMON = {
  event_id: '5e0b1c5e-8d0f-4d7e-9a51-0c7f4be1a001',
  installation_id: 'x',
  received_at: 0,
  country: 'DE',
  geo_build: null,
  _generation: 'g',
  _partition: 0,
  _offset: 0,
};

describe('valid examples', () => {
  test.each(valid.map((example) => [`${example.product}/${example.name}`, example] as const))(
    '%s becomes the rows beside it',
    (_name, example) => {
      const understood = understand(example.product, JSON.parse(example.body));
      if (understood.kind === undefined) throw new Error(`refused: ${understood.reason} ${understood.detail}`);
      const { kind, document } = understood;
      const installation = kind.contract.installationId(document);
      const rows = kind.flatten(document, {
        receivedAtMs: Date.parse('2026-11-21T00:00:00Z'),
        addressHash: null,
        region: null,
      });
      const readableRows: Record<string, unknown> = {};
      for (const [name, tableRows] of Object.entries(rows)) {
        const table = kind.pack.tables[name];
        if (table === undefined) throw new Error(`${name} is no table of ${example.product}`);
        const type = avro.Type.forSchema(rowSchema(name, table));
        for (const row of tableRows ?? []) {
          const full = { ...COMMON, ...row, product: example.product, installation_id: installation };
          expect(
            type.isValid(full, {
              errorHook: (path) => expect.fail(`${name}.${path.join('.')} does not fit its column`),
            }),
          ).toBe(true);
        }
        if (tableRows?.length) readableRows[name] = tableRows.map((row) => readableRow(table, row));
      }
      expect(readableRows).toEqual(example.rows);
    },
  );

  test('cover every kind of every product', () => {
    const covered = new Set(valid.map((example) => understand(example.product, JSON.parse(example.body)).kind?.kind));
    expect([...catalog.kinds.keys()].filter((kind) => !covered.has(kind))).toEqual([]);
  });

  test('are different reports: all of them can be sent on one day', () => {
    const identities = valid.flatMap((example) => {
      const { kind, document } = understand(example.product, JSON.parse(example.body));
      const identity = kind?.contract.identity(document, 0) ?? null;
      return identity === null ? [] : [`${kind?.kind} ${identity}`];
    });
    expect(identities.length).toBeGreaterThan(10);
    expect(new Set(identities).size).toBe(identities.length);
  });
});

describe('invalid examples', () => {
  test.each(invalid.map((example) => [`${example.product}/${example.name}`, example] as const))(
    '%s is refused for the stated reason',
    (_name, example) => {
      let body: unknown = example.report;
      if (example.text !== undefined) {
        expect(example.reason).toBe('not_json');
        expect(() => JSON.parse(example.text ?? '')).toThrow(SyntaxError);
        return;
      }
      body = structuredClone(body);
      const { reason, detail } = understand(example.product, body);
      expect({ reason, detail }).toEqual({ reason: example.reason, detail: example.detail });
    },
  );
});

describe('packs', () => {
  test('state class and purpose of every field', async () => {
    const { fieldsOf } = await import('../../schemas/pack/fields.ts');
    for (const [name, { contract }] of catalog.kinds) {
      const fields = fieldsOf(contract.schema);
      expect(fields.length, name).toBeGreaterThan(2);
      expect(fields.filter(({ note }) => note === undefined).map(({ path }) => `${name}: ${path}`)).toEqual([]);
    }
  });

  test('keep every table for a stated time', () => {
    for (const { privacy, tables } of catalog.products.values()) {
      expect(privacy.retentionDays.default).toBeGreaterThan(0);
      const named = Object.keys(privacy.retentionDays).filter((name) => name !== 'default');
      expect(named.filter((name) => !(name in tables))).toEqual([]);
    }
  });
});
