import { daysBetween, instant, osFamily, versionParts } from '../../pack/derive.ts';
import type { RowOf } from '../../pack/table.ts';
import type { Provider, Report } from './providers.ts';
import type { tables } from './tables.ts';

type Span = NonNullable<Report['spans']>[number];
type Row<Name extends keyof typeof tables> = RowOf<(typeof tables)[Name]['columns']>;

/** How the cookies of CloudQuery's own staff begin; its clients compare this prefix too. */
const STAFF_COOKIE = '12345678-0000-0000-0000-c1a0dbeef000';

/** ISO 8601 with an offset. Anything else Date.parse would read by the clock of this machine, or guess. */
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]{5,20}(?:Z|[+-]\d{2}:?\d{2})$/;

const buildTime = (date: string | null | undefined): number | null =>
  date && ISO_INSTANT.test(date) ? instant(date) : null;

/** The row of the operation itself. */
export const operationRow = (
  report: Report,
  addressHash: string | null,
  operationIndex: number,
): Row<'cloudquery_operations'> => {
  const startedAt = instant(report.started_at);
  const builtAt = buildTime(report.build_date);
  const operation = report.operation ?? '';
  return {
    run_id: report.run_id ?? '',
    random_id_persisted: report.random_id_persisted ?? null,
    is_vendor_staff: report.cookie.startsWith(STAFF_COOKIE),
    address_hash: addressHash,
    operation,
    operation_group: operation.split(' ', 1)[0] ?? '',
    started_at: startedAt,
    duration_ms: report.duration_ms ?? null,
    success: report.success ?? null,
    error_class: report.error_class ?? '',
    version: report.version ?? '',
    version_parts: versionParts(report.version),
    commit: report.commit ?? '',
    build_date: report.build_date ?? '',
    built_at: builtAt,
    build_age_days: startedAt === null ? null : daysBetween(builtAt, startedAt),
    ci: report.ci ?? null,
    terminal: report.terminal ?? null,
    faas: report.faas ?? null,
    os_type: report.os_type ?? '',
    os_family: osFamily(report.os_type),
    os_description: report.os_description ?? '',
    runtime_name: report.runtime?.name ?? '',
    runtime_version: report.runtime?.version ?? '',
    runtime_version_parts: versionParts(report.runtime?.version),
    runtime_description: report.runtime?.description ?? '',
    sdk_name: report.sdk?.name ?? '',
    sdk_language: report.sdk?.language ?? '',
    sdk_version: report.sdk?.version ?? '',
    sdk_version_parts: versionParts(report.sdk?.version),
    history_enabled: report.history_enabled ?? null,
    providers_count: report.providers?.length ?? null,
    resources: report.fetch?.resources ?? null,
    warnings: report.fetch?.warnings ?? null,
    errors: report.fetch?.errors ?? null,
    diagnostics_total: report.diagnostics?.total ?? null,
    diagnostics_by_type: report.diagnostics?.by_type ?? {},
    diagnostics_by_severity: report.diagnostics?.by_severity ?? {},
    spans_count: report.spans?.length ?? null,
    operation_index: operationIndex,
  };
};

/** The row of one provider. */
export const providerRow = (
  provider: Provider,
  index: number,
  operationIndex: number,
): Row<'cloudquery_providers'> => ({
  provider_index: index,
  name: provider.name,
  version: provider.version ?? '',
  version_parts: versionParts(provider.version),
  instances: provider.instances ?? null,
  resources: provider.resources ?? null,
  warnings: provider.warnings ?? null,
  errors: provider.errors ?? null,
  status: provider.status ?? '',
  duration_ms: provider.duration_ms ?? null,
  diagnostics: provider.diagnostics ?? {},
  operation_index: operationIndex,
});

/** The row of one span. */
export const spanRow = (report: Report, span: Span, index: number): Row<'cloudquery_spans'> => ({
  span_index: index,
  run_id: report.run_id ?? '',
  span_id: span.span_id ?? '',
  parent_span_id: span.parent_span_id ?? '',
  name: span.name,
  started_at: instant(span.started_at),
  duration_ms: span.duration_ms ?? null,
  success: span.success ?? null,
  error_class: span.error_class ?? '',
  provider: span.provider ?? '',
  provider_version: span.provider_version ?? '',
  provider_version_parts: versionParts(span.provider_version),
  old_version: span.old_version ?? '',
  old_version_parts: versionParts(span.old_version),
  new_version: span.new_version ?? '',
  new_version_parts: versionParts(span.new_version),
  module: span.module ?? '',
});
