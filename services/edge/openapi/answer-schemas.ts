import { z } from 'zod';

const receipt = z.string().describe('Opaque; show it at /v1/receipts/{receipt} to learn what has become of the report');

const decision = { kind: z.string(), stage: z.string(), reason: z.string() };

/** What the edge answers, by the name that the description gives it. */
export const ANSWER_SCHEMAS = {
  Accepted: z
    .object({ status: z.literal('accepted'), event_id: z.uuid(), receipt })
    .describe('The report is durable; event_id is that of its rows'),
  Rejected: z
    .object({ status: z.literal('rejected'), reason: z.string() })
    .describe('The report will never be taken; for clients that go on until they hear 200'),
  BatchResults: z
    .object({
      results: z.array(
        z.discriminatedUnion('status', [
          z.object({ status: z.literal('accepted'), receipt }),
          z.object({ status: z.literal('rejected'), reason: z.enum(['not_utf8', 'not_json', 'too_large']) }),
          z.object({ status: z.literal('retry'), retry_after_seconds: z.int() }),
        ]),
      ),
    })
    .describe('One outcome per document, in their order'),
  ReportState: z
    .discriminatedUnion('status', [
      z.object({ receipt, status: z.enum(['spooled', 'queued', 'anonymized']) }),
      z.object({
        receipt,
        status: z.literal('stored'),
        kind: z.string(),
        tables: z.record(z.string(), z.int()).describe('Rows by table'),
      }),
      z.object({ receipt, status: z.literal('dropped'), ...decision }),
      z.object({ receipt, status: z.literal('dead_lettered'), ...decision }),
    ])
    .describe('Where a report is; never anything of its content'),
  Echo: z
    .discriminatedUnion('outcome', [
      z.object({
        outcome: z.literal('stored'),
        kind: z.string(),
        removed: z.object({
          address: z.string(),
          unlisted_fields: z.array(z.string()),
          found_in_texts: z.record(z.string(), z.int()).describe('Texts that held personal data, by detector'),
        }),
        tables: z.record(
          z.string(),
          z.object({ rows: z.int(), shown: z.array(z.record(z.string(), z.unknown())).describe('The first rows') }),
        ),
      }),
      z.object({ outcome: z.literal('reject'), kind: z.string(), reason: z.string(), detail: z.string() }),
    ])
    .describe('What would be kept of the report, and what was removed; nothing was stored'),
  Problem: z
    .object({
      type: z.string().describe('urn:candor:problem: and a name that stays'),
      title: z.string(),
      status: z.int(),
      detail: z.string().describe('What to do next'),
    })
    .describe('RFC 9457'),
} as const;

/** The name of an answer in the description. */
export type AnswerName = keyof typeof ANSWER_SCHEMAS;
