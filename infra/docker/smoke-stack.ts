import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../../services/runtime/errors.ts';
import { SAMPLES } from '../../services/standalone/samples.ts';

const execute = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Longest output of a command that is kept: logs of a whole stack. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Longest that one command may take; the first build downloads the packages. */
const COMMAND_TIMEOUT_MS = 15 * 60_000;

const LOG_LINES = '60';

/** Shortest text in a sample that is an installation's id. */
const ID_LENGTH = 29;

/** Reports of a product that are stored, and the rows of all its tables, by product. */
export type StoredReports = Readonly<Record<string, { readonly reports: number; readonly rows: number }>>;

/** Reports by product, and their rows as they are in the tables; -1 unless each report has as many as its outcome tells. */
const STORED = `
  SELECT product, toUInt32(count()) AS reports, if(countIf(told != there) = 0, toInt32(sum(there)), -1) AS rows
  FROM (SELECT product, event_id, rows AS told FROM outcomes WHERE outcome = 'stored') AS told
  LEFT JOIN (SELECT event_id, count() AS there
    FROM merge('candor', '^(${Object.keys(SAMPLES).join('|').replaceAll('-', '_')})_') GROUP BY event_id) AS there
  USING event_id GROUP BY product ORDER BY product`;

/** What `docker compose ps` tells of a container. */
interface Container {
  readonly Service: string;
  readonly Name: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
}

/** A sample from another installation: sent twice, it could be taken for a repetition. */
const sampleOf = (product: string): string =>
  JSON.stringify(SAMPLES[product], (_, value: unknown) =>
    typeof value === 'string' && value.length >= ID_LENGTH
      ? `${value.slice(0, -6)}${randomInt(100_000, 999_999)}`
      : value,
  );

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

  /** Sends `count` reports of each product; each has to be acknowledged. */
  async send(count: number): Promise<void> {
    for (const product of Object.keys(SAMPLES)) {
      for (let sent = 0; sent < count; sent++) {
        const request = { method: 'POST', body: sampleOf(product), signal: this.#signal };
        const answer = await fetch(`${this.#edgeUrl}/v1/reports/${product}`, request);
        if (answer.status !== 200) throw new Error(`the edge answers ${answer.status}: ${await answer.text()}`);
      }
    }
  }

  /** What is stored, asked for as an operator would: `npm run query -- --env-file`. */
  async read(): Promise<StoredReports> {
    const command = ['services/standalone/query.ts', '--env-file', this.envFile, '--format', 'JSONEachRow', STORED];
    const rows = (await this.#run(process.execPath, command)).split('\n').filter((line) => line !== '');
    const found = rows.map((row) => JSON.parse(row) as { product: string; reports: number; rows: number });
    const none = Object.keys(SAMPLES).map((product) => [product, { reports: 0, rows: 0 }] as const);
    return Object.fromEntries([...none, ...found.map(({ product, ...stored }) => [product, stored] as const)]);
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
