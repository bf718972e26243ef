import { readFile } from 'node:fs/promises';

/**
 * Whole requests as the clients' own libraries wrote them, captured from a socket: otlptracehttp 1.2.0 with the span names and
 * attributes of CloudQuery 0.20, plain and with OTEL_EXPORTER_OTLP_COMPRESSION=gzip; analytics-go 3.3.2 with the properties of
 * 0.30. All values are invented.
 */
const CAPTURED = {
  plain: 'cloudquery-0.20-traces.http',
  gzip: 'cloudquery-0.20-traces-gzip.http',
  batch: 'cloudquery-0.30-batch.http',
} as const;

/** One of them. */
export const capturedRequest = (name: keyof typeof CAPTURED): Promise<Buffer> =>
  readFile(new URL(`../../conformance/captured/${CAPTURED[name]}`, import.meta.url));
