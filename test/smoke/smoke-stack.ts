import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../../services/runtime/errors.ts';
import { RELEASED } from '../support/clients/released.ts';
import { send, sendAs } from '../support/clients/send.ts';

const execute = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Longest output of a command that is kept: logs of a whole stack. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Longest that one command may take; the first build downloads the packages. */
const COMMAND_TIMEOUT_MS = 15 * 60_000;

const LOG_LINES = '60';

/** Kinds of reports, and how many of the released clients send each. */
const CLIENTS_BY_KIND = Map.groupBy(RELEASED, ({ kind }) => kind);

/** Reports of a kind that are stored, for each of its clients, and the rows of all its tables, by kind. */
export type StoredReports = Readonly<Record<string, { readonly reports: number; readonly rows: number }>>;

const PRODUCTS = new Set([...CLIENTS_BY_KIND.keys()].map((kind) => kind.replace(/\..*/, '').replaceAll('-', '_')));

/** Reports by kind, and their rows as they are in the tables; -1 unless each report has as many as its outcome tells. */
const STORED = `
  SELECT kind, toUInt32(count()) AS reports, if(countIf(told != there) = 0, toInt32(sum(there)), -1) AS rows
  FROM (SELECT kind, event_id, rows AS told FROM outcomes WHERE outcome = 'stored') AS told
  LEFT JOIN (SELECT event_id, count() AS there
    FROM merge('candor', '^(${[...PRODUCTS].join('|')})_') GROUP BY event_id) AS there
  USING event_id GROUP BY kind ORDER BY kind`;

/** What `docker compose ps` tells of a container. */
interface Container {
  readonly Service: string;
  readonly Name: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
}

/** The stack of docker-compose.yml as a project of its own, with its ports and passwords in `envFile`. */
export class SmokeStack {
  readonly project = 'candor-smoke';
  readonly envFile: string;
  readonly #edgeUrl: string;
  readonly #signal: AbortSignal;

  constructor(envFile: string, edgePort: number, signal: AbortSignal) {
    this.envFile = envFile;
    this.#edgeUrl = `http://127.0.0.1:${edgePort}`;
    this.#signal = signal;
  }

  /** Adds passwords to the environment file. */
  async createEnvironment(): Promise<void> {
    await this.#run(process.execPath, ['infra/docker/create-env.ts', this.envFile]);
  }

  /**
   * Runs `docker compose` and gives what it printed.
   *
   * @throws Error with the last lines of what it had to say.
   */
  compose(...command: readonly string[]): Promise<string> {
    return this.#run('docker', this.#composeArguments(command));
  }

  /** Removes containers, networks and volumes, also after an interruption. */
  async remove(): Promise<void> {
    const command = ['down', '--volumes', '--remove-orphans', '--timeout', '20'];
    await execute('docker', this.#composeArguments(command), { cwd: ROOT, timeout: COMMAND_TIMEOUT_MS });
  }

  /** Sends `count` reports of each released client, byte for byte as it does; each has to be acknowledged. */
  async send(count: number): Promise<void> {
    for (const client of RELEASED) {
      for (let sent = 0; sent < count; sent++) {
        const { status, body } = await sendAs(client, this.#edgeUrl);
        this.#signal.throwIfAborted();
        const expected = client.frame === undefined ? 200 : 101;
        if (status !== expected) throw new Error(`${client.client} is answered ${status}: ${body}`);
      }
    }
  }

  /** Sends one request over a connection of its own; it has to be acknowledged. */
  async post(bytes: Buffer): Promise<void> {
    const { status, body } = await send(this.#edgeUrl, bytes);
    if (status !== 200) throw new Error(`the edge answers ${status}: ${body}`);
  }

  /** What is stored, asked for as an operator would: `npm run query -- --env-file`. */
  async read(): Promise<StoredReports> {
    const rows = await this.ask<{ kind: string; reports: number; rows: number }>(STORED);
    const found = new Map(rows.map(({ kind, ...stored }) => [kind, stored]));
    return Object.fromEntries(
      [...CLIENTS_BY_KIND].map(([kind, { length }]) => {
        const { reports, rows } = found.get(kind) ?? { reports: 0, rows: 0 };
        return [kind, { reports: reports / length, rows }];
      }),
    );
  }

  /** The rows that a query gives. */
  async ask<Row>(sql: string): Promise<readonly Row[]> {
    const command = ['services/standalone/query.ts', '--env-file', this.envFile, '--format', 'JSONEachRow', sql];
    const lines = (await this.#run(process.execPath, command)).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Row);
  }

  /** @throws Error when a service of ours did not end by itself when it was asked to. */
  async expectCleanStop(): Promise<void> {
    const unclean = (await this.#containers()).filter(
      ({ Service, ExitCode }) => ['init', 'edge', 'anonymizer', 'enricher', 'sink'].includes(Service) && ExitCode !== 0,
    );
    if (unclean.length === 0) return;
    throw new Error(unclean.map(({ Name, ExitCode }) => `${Name} ended with ${ExitCode}`).join(', '));
  }

  /** State of the containers and the last lines of those in trouble; of our own services when all seem to be well. */
  async describeTrouble(): Promise<string> {
    try {
      const containers = await this.#containers();
      const troubled = containers.filter(
        ({ State, Health, ExitCode }) => !(State === 'running' ? ['', 'healthy'].includes(Health) : ExitCode === 0),
      );
      const services =
        troubled.length > 0 ? troubled.map(({ Service }) => Service) : ['edge', 'anonymizer', 'enricher', 'sink'];
      const states = containers.map(({ Name, State, Health, ExitCode }) => `${Name}: ${State} ${Health || ExitCode}`);
      const command = ['logs', '--no-color', '--tail', LOG_LINES, ...new Set(services)];
      const logs = await execute('docker', this.#composeArguments(command), { cwd: ROOT, maxBuffer: MAX_OUTPUT_BYTES });
      return [...states, logs.stdout].join('\n');
    } catch (error) {
      return `nothing can be told of the containers: ${messageOf(error)}`;
    }
  }

  async #containers(): Promise<readonly Container[]> {
    const command = this.#composeArguments(['ps', '--all', '--format', 'json']);
    const { stdout } = await execute('docker', command, { cwd: ROOT });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Container);
  }

  #composeArguments(command: readonly string[]): string[] {
    return ['compose', '--progress', 'plain', '--project-name', this.project, '--env-file', this.envFile, ...command];
  }

  async #run(command: string, args: readonly string[]): Promise<string> {
    const options = { cwd: ROOT, timeout: COMMAND_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, signal: this.#signal };
    try {
      return (await execute(command, args, options)).stdout;
    } catch (error) {
      this.#signal.throwIfAborted();
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      const said = `${stdout}${stderr}`.trim().split('\n').slice(-20).join('\n');
      throw new Error(`${command} ${args.slice(0, 12).join(' ')} failed:\n${said || messageOf(error)}`, {
        cause: error,
      });
    }
  }
}
