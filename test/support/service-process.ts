import { TOPICS } from '../../schemas/topics/topics.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './ports.ts';
import { type RunningProgram, runProgram } from './program.ts';

/** The services that a report goes through, in that order. */
export const SERVICES = ['edge', 'anonymizer', 'enricher', 'sink'] as const;

/** Name of a service. */
export type ServiceName = (typeof SERVICES)[number];

/** A service in a process of its own. */
export interface ServiceProcess extends RunningProgram {
  readonly name: ServiceName;
  readonly adminUrl: string;
}

/** Half a second on an idle machine, many on a busy one. */
const START_TIMEOUT_MS = 60_000;

/** Longest wait for the end of a backlog: the partitions of a killed service wait for the end of its session, 15 s. */
const SETTLE_TIMEOUT_MS = 60_000;

/** Runs an instance of a service; resolves at once. */
export const spawnService = async (
  name: ServiceName,
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> => {
  const adminPort = env.ADMIN_PORT ?? (await freePorts(1))[0];
  const program = runProgram(`services/${name}/main.ts`, { ...env, ADMIN_PORT: `${adminPort}` });
  return { ...program, name, adminUrl: `http://127.0.0.1:${adminPort}` };
};

/** The answer to a page of health; undefined when nobody answers. */
export const askHealth = async (
  { adminUrl }: ServiceProcess,
  page: 'healthz' | 'readyz',
): Promise<{ readonly status: number; readonly body: unknown } | undefined> => {
  const response = await fetch(`${adminUrl}/${page}`).catch(() => undefined);
  return response && { status: response.status, body: await response.json() };
};

/** Waits until a service can do its work. */
export const untilReady = async (service: ServiceProcess): Promise<void> => {
  let end: number | string | undefined;
  void service.ended.then((how) => {
    end = how;
  });
  await eventually(`the start of the ${service.name}`, START_TIMEOUT_MS, async () => {
    if (end !== undefined) throw new Error(`the ${service.name} ended with ${end}: ${service.output()}`);
    return (await askHealth(service, 'readyz'))?.status === 200 || undefined;
  });
};

/** Longest wait for a page: a process that was stopped accepts connections and says nothing. */
const PAGE_TIMEOUT_MS = 5_000;

/** The values of one metric of a process, over all labels. @throws Error when it does not answer. */
export const metricOf = async (
  { adminUrl }: Pick<ServiceProcess, 'adminUrl'>,
  name: string,
): Promise<readonly number[]> => {
  const page = await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(PAGE_TIMEOUT_MS) });
  const metrics = await page.text();
  return [...metrics.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\d+)$`, 'gm'))].map(([, value]) => Number(value));
};

/** Waits until everything in the log has been read; in the order of the flow, so that nothing is on its way unseen. */
export const untilSettled = async (services: Readonly<Record<ServiceName, ServiceProcess>>): Promise<void> => {
  for (const { consumer } of Object.values(TOPICS)) {
    await eventually(`the ${consumer} to have read everything`, SETTLE_TIMEOUT_MS, async () => {
      const [lag] = await metricOf(services[consumer], 'candor_consumer_lag_records');
      return lag === 0 || undefined;
    });
  }
};
