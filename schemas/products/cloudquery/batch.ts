import type { z } from 'zod';
import { instant } from '../../pack/derive.ts';
import type { batchContract } from './contract/batch.ts';
import { type Provider, Providers, type Report } from './providers.ts';

type Message = z.output<typeof batchContract.schema>['batch'][number];
type Properties = NonNullable<Message['properties']>;

const MS_PER_SECOND = 1_000;

const durationMs = ({ fetch_duration }: Properties): number | null =>
  typeof fetch_duration === 'number' ? fetch_duration * MS_PER_SECOND : null;

/** A message is made when its operation has ended. */
const startedAt = (timestamp: string | null | undefined, tookMs: number | null): string | null => {
  const endedAtMs = instant(timestamp);
  const startedAtMs = endedAtMs === null ? null : instant(endedAtMs - (tookMs ?? 0));
  return startedAtMs === null ? null : new Date(startedAtMs).toISOString();
};

const providersOf = (properties: Properties): Provider[] | null => {
  const { installed_providers, fetch_provider, fetch_diags } = properties;
  if (!installed_providers && !fetch_provider) return null;
  const providers = new Providers();
  for (const installed of installed_providers ?? []) providers.addInstalled(installed);
  if (fetch_provider) {
    const bySeverity = Object.entries(fetch_diags?.by_severity ?? {});
    const fetched = providers.named(fetch_provider);
    Object.assign(fetched, {
      version: properties.fetch_provider_version ?? fetched.version,
      resources: properties.fetch_total_resources_count,
      warnings: fetch_diags?.by_severity?.warning,
      errors: fetch_diags?.by_severity?.error,
      status: properties.fetch_status,
      duration_ms: durationMs(properties),
      diagnostics: Object.fromEntries(bySeverity.map(([severity, count]) => [`${severity}.total`, count])),
    } satisfies Omit<Provider, 'name'>);
  }
  return providers.list();
};

/** The operation that a message of a batch is about, as if it had been reported on its own. */
export const operationOf = ({ event, timestamp, properties: sent }: Message): Report => {
  const properties = sent ?? {};
  const { env, fetch_diags, fetch_total_resources_count } = properties;
  const duration_ms = durationMs(properties);
  return {
    cookie: properties.cookie_id ?? '',
    run_id: properties.instance_id,
    operation: event,
    started_at: startedAt(timestamp, duration_ms),
    duration_ms,
    success: properties.success,
    version: properties.version,
    commit: properties.commit_id,
    build_date: properties.build_date,
    ci: env?.ci,
    terminal: env?.terminal,
    faas: env?.faas,
    os_type: env?.os,
    providers: providersOf(properties),
    fetch: {
      resources: fetch_total_resources_count,
      warnings: fetch_diags?.by_severity?.warning,
      errors: fetch_diags?.by_severity?.error,
    },
    diagnostics: properties.diagnostics,
  };
};
