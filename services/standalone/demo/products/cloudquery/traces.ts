import protobuf, { type Writer } from 'protobufjs/minimal.js';
import type { Operation } from './operation.ts';

type Value = string | boolean | number | readonly string[];

const [VARINT, FIXED64, DELIMITED] = [0, 1, 2];
const tag = (field: number, wireType: number | undefined): number => (field << 3) | (wireType ?? 0);

/** Writes a message into a field of the one around it. */
const writeMessage = (writer: Writer, field: number, write: (inner: Writer) => void): void => {
  writer.uint32(tag(field, DELIMITED)).fork();
  write(writer);
  writer.ldelim();
};

/** `AnyValue` of OTLP, with the four types that the client uses. */
const writeValue = (writer: Writer, value: Value): void => {
  if (typeof value === 'string') writer.uint32(tag(1, DELIMITED)).string(value);
  else if (typeof value === 'boolean') writer.uint32(tag(2, VARINT)).bool(value);
  else if (typeof value === 'number') writer.uint32(tag(3, VARINT)).int64(value);
  else
    writeMessage(writer, 5, () => {
      for (const element of value) writeMessage(writer, 1, () => writeValue(writer, element));
    });
};

const writeAttributes = (writer: Writer, field: number, attributes: Readonly<Record<string, Value>>): void => {
  for (const [key, value] of Object.entries(attributes))
    writeMessage(writer, field, () => {
      writer.uint32(tag(1, DELIMITED)).string(key);
      writeMessage(writer, 2, () => writeValue(writer, value));
    });
};

const writeTime = (writer: Writer, field: number, timeMs: number): void => {
  const ns = BigInt(timeMs) * 1_000_000n;
  writer
    .uint32(tag(field, FIXED64))
    .fixed32(Number(ns & 0xffffffffn))
    .fixed32(Number(ns >> 32n));
};

const resourceOf = ({ cookie, version, ci, osType, osDescription, platform }: Operation) => ({
  'service.name': 'cloudquery',
  'service.version': version,
  'service.instance.id': cookie,
  random_id_persisted: true,
  ci,
  terminal: !ci,
  faas: false,
  'os.type': osType,
  'os.description': osDescription,
  'process.runtime.name': 'go',
  'process.runtime.version': 'go1.17.8',
  'process.runtime.description': `go version go1.17.8 ${platform}`,
  'telemetry.sdk.name': 'opentelemetry',
  'telemetry.sdk.language': 'go',
  'telemetry.sdk.version': '1.2.0',
});

const attributesOf = ({ command, providers }: Operation): Record<string, Value> => {
  const attributes: Record<string, Value> = {
    command: `cloudquery ${command}`,
    providers: providers.map(({ name, version }) => `${name}@${version}`),
  };
  for (const counted of ['resources', 'warnings', 'errors'] as const) {
    const counts = providers.flatMap(({ name, fetched }) => (fetched ? [[name, fetched[counted]] as const] : []));
    for (const [name, count] of counts) attributes[`fetch.${counted}.${name}`] = count;
    if (counts.length > 0) attributes[`fetch.${counted}.total`] = counts.reduce((sum, [, count]) => sum + count, 0);
  }
  return attributes;
};

const STATUS_ERROR = 2;

const writeSpan = (writer: Writer, operation: Operation): void => {
  const { runId, command, startedAtMs, durationMs, errorClass } = operation;
  const traceId = Buffer.from(runId, 'hex');
  writer.uint32(tag(1, DELIMITED)).bytes(traceId);
  writer.uint32(tag(2, DELIMITED)).bytes(traceId.subarray(0, 8));
  writer.uint32(tag(5, DELIMITED)).string(`cli:cloudquery ${command}`);
  writeTime(writer, 7, startedAtMs);
  writeTime(writer, 8, startedAtMs + durationMs);
  writeAttributes(writer, 9, attributesOf(operation));
  if (errorClass !== undefined)
    writeMessage(writer, 15, () => {
      writer.uint32(tag(2, DELIMITED)).string(errorClass);
      writer.uint32(tag(3, VARINT)).uint32(STATUS_ERROR);
    });
};

/** The request of OTLP in protobuf that clients up to 0.22 send of an operation: one resource with its root span. */
export const tracesOf = (operation: Operation): Buffer => {
  const writer = protobuf.Writer.create();
  writeMessage(writer, 1, () => {
    writeMessage(writer, 1, () => writeAttributes(writer, 1, resourceOf(operation)));
    writeMessage(writer, 2, () => writeMessage(writer, 2, () => writeSpan(writer, operation)));
  });
  return Buffer.from(writer.finish());
};
