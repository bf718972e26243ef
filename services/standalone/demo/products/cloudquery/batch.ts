import type { Operation } from './operation.ts';

const MS_PER_SECOND = 1_000;

type Provider = Operation['providers'][number];

const fetchedOf = ({ name, version, fetched }: Provider, { durationMs, errorClass }: Operation) => ({
  fetch_provider: name,
  fetch_provider_version: version,
  fetch_total_resources_count: fetched?.resources,
  fetch_duration: durationMs / MS_PER_SECOND,
  fetch_diags: { by_severity: { warning: fetched?.warnings, error: fetched?.errors } },
  fetch_status: errorClass === undefined ? 'successful' : 'failed',
});

/** The batch in RudderStack's form that clients since 0.23 send of an operation: a message for each provider of a fetch. */
export const batchOf = (operation: Operation): object => {
  const { cookie, runId, command, startedAtMs, durationMs, errorClass, version, ci, osType, providers } = operation;
  const endedAt = new Date(startedAtMs + durationMs).toISOString();
  const properties = {
    version,
    env: { os: osType, terminal: !ci, ci, faas: false },
    instance_id: runId,
    cookie_id: cookie,
    success: errorClass === undefined,
    installed_providers: providers.map(({ name, version: installed }) => `${name}@${installed}`),
  };
  const about = command === 'fetch' ? providers.map((provider) => fetchedOf(provider, operation)) : [{}];
  return {
    messageId: `${runId}-batch`,
    sentAt: endedAt,
    batch: about.map((more, index) => ({
      type: 'track',
      messageId: `${runId}-${index}`,
      userId: cookie,
      event: command.replace(' ', '_'),
      timestamp: endedAt,
      properties: { ...properties, ...more },
    })),
    context: { library: { name: 'analytics-go', version: '3.3.0' } },
  };
};
