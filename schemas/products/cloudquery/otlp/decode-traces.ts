import { toCount } from '../../../pack/derive.ts';
import type { Decoder } from '../../../pack/pack.ts';
import { ERROR_CLASSES } from '../contract/operation.ts';
import { Providers } from '../providers.ts';
import type { Attributes, AttributeValue } from './attributes.ts';
import { readTraces, type Span } from './traces.ts';

const NS_PER_MS = 1_000_000;

const isoTime = (ns: bigint): string | undefined =>
  ns === 0n ? undefined : new Date(Number(ns / BigInt(NS_PER_MS))).toISOString();

/** What a span says of itself or, if it is the root, of the whole operation. */
const outcomeOf = ({ startNs, endNs, failed, message }: Span) => ({
  started_at: isoTime(startNs),
  duration_ms: startNs > 0n && endNs >= startNs ? Number(endNs - startNs) / NS_PER_MS : undefined,
  success: !failed,
  error_class: failed ? (ERROR_CLASSES.find((known) => known === message) ?? 'other') : undefined,
});

const spanOf = (span: Span) => ({
  span_id: span.spanId,
  parent_span_id: span.parentSpanId,
  name: span.name,
  ...outcomeOf(span),
  provider: span.attributes.get('provider'),
  provider_version: span.attributes.get('provider_version'),
  old_version: span.attributes.get('old_version'),
  new_version: span.attributes.get('new_version'),
  module: span.attributes.get('module'),
});

const COUNTS = ['resources', 'warnings', 'errors'] as const;

/** `fetch.errors.aws`, and `fetch.diag.error.access.aws`. */
const PROVIDER_COUNT = /^fetch\.(?:(resources|warnings|errors)|diag\.([a-z]+\.[a-z]+))\.(.+)$/;

const countProvider = (providers: Providers, name: string, value: AttributeValue): void => {
  const [, counted, diagnostic, provider] = PROVIDER_COUNT.exec(name) ?? [];
  if (provider === undefined || provider === 'total' || typeof value !== 'number') return;
  const facts = providers.named(provider);
  const total = COUNTS.find((count) => count === counted);
  if (total) facts[total] = toCount(value);
  if (diagnostic) {
    facts.diagnostics ??= {};
    facts.diagnostics[diagnostic] = toCount(value);
  }
};

const textsOf = (value: AttributeValue | undefined): readonly string[] => (Array.isArray(value) ? value : []);

const providersOf = (attributes: Attributes) => {
  const providers = new Providers();
  for (const installed of textsOf(attributes.get('providers'))) providers.addInstalled(installed);
  for (const repeated of textsOf(attributes.get('multi_providers'))) {
    const [, name, instances] = /^(.+):(\d{1,9})$/.exec(repeated) ?? [];
    if (name) providers.named(name).instances = Number(instances);
  }
  for (const [name, value] of attributes) countProvider(providers, name, value);
  return attributes.has('providers') || providers.list().length > 0 ? providers.list() : undefined;
};

const totalOf = (attributes: Attributes, counted: (typeof COUNTS)[number]): number | undefined => {
  const value = attributes.get(`fetch.${counted}.total`);
  return typeof value === 'number' ? toCount(value) : undefined;
};

/** `cloudquery policy run` → `policy run`; undefined for the binary's name alone. */
const operationOf = (command: AttributeValue | undefined): AttributeValue | undefined =>
  typeof command === 'string' ? command.replace(/^cloudquery ?/, '') || undefined : command;

/**
 * The report of an operation in a request of OTLP: its root span is the operation, and what the spans say of providers is
 * gathered whichever of them says it. Without the root the operation still goes on, and reports it in a later request.
 *
 * @throws Error for what is no such request.
 */
export const decodeTraces: Decoder = (body) => {
  const { resource, spans } = readTraces(body);
  const root = spans.find(({ parentSpanId }) => parentSpanId === '');
  const said: Attributes = new Map(spans.flatMap(({ attributes }) => [...attributes]));
  return {
    cookie: resource.get('service.instance.id'),
    random_id_persisted: resource.get('random_id_persisted'),
    run_id: (root ?? spans[0])?.traceId,
    ...(root && { operation: operationOf(root.attributes.get('command')), ...outcomeOf(root) }),
    version: resource.get('service.version'),
    commit: resource.get('commit'),
    build_date: resource.get('build_date'),
    ci: resource.get('ci'),
    terminal: resource.get('terminal'),
    faas: resource.get('faas'),
    os_type: resource.get('os.type'),
    os_description: resource.get('os.description'),
    runtime: {
      name: resource.get('process.runtime.name'),
      version: resource.get('process.runtime.version'),
      description: resource.get('process.runtime.description'),
    },
    sdk: {
      name: resource.get('telemetry.sdk.name'),
      language: resource.get('telemetry.sdk.language'),
      version: resource.get('telemetry.sdk.version'),
    },
    history_enabled: said.get('history_enabled'),
    providers: providersOf(said),
    fetch: {
      resources: totalOf(said, 'resources'),
      warnings: totalOf(said, 'warnings'),
      errors: totalOf(said, 'errors'),
    },
    spans: spans.map(spanOf),
  };
};
