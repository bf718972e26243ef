import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { freePorts } from './ports.ts';
import { isInPath, requirement } from './requirements.ts';

const run = promisify(execFile);

/** Apicurio speaks Confluent's API; 2.6 is its last version for Java 11 and 17. */
const VERSION = '2.6.13.Final';

const ARTIFACT = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
const COPY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
const JAR = `apicurio-registry-app-${VERSION}-runner.jar`;

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/candor/', import.meta.url));

/** Four seconds on an idle machine; over a minute on one where a dozen other JVMs start. */
const START_TIMEOUT_MS = 180_000;

const canRun = ['java', 'mvn'].every(isInPath);

/** A `describe` for suites that need a schema registry of their own. */
export const describeWithRegistry = requirement(
  'Java with Maven',
  canRun,
  'apt-get install openjdk-17-jre-headless maven',
);

/** The folder with the registry's program: 142 MB that Maven brings once. It gets its name only when it is whole. */
const fetchRegistry = async (): Promise<string> => {
  const home = join(CACHE, `apicurio-registry-${VERSION}`);
  if (await readdir(home).catch(() => undefined)) return home;
  await mkdir(CACHE, { recursive: true });
  const fetched = await mkdtemp(join(CACHE, 'fetching-'));
  try {
    await run('mvn', ['-q', '-B', COPY_PLUGIN, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${fetched}`], {
      cwd: fetched,
    });
    const archive = join(fetched, `apicurio-registry-app-${VERSION}-all.tar.gz`);
    await mkdir(join(fetched, 'home'));
    await run('tar', ['-xzf', archive, '-C', join(fetched, 'home'), '--no-same-owner']);
    // Another test may have been faster.
    await rename(join(fetched, 'home'), home).catch(() => readdir(home));
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
  return home;
};

/** A schema registry of a test's own, as a plain process. */
export interface Registry {
  /** Base of the Confluent paths. */
  readonly url: string;
  readonly pid: number;
  /** Where its data is. */
  readonly folder: string;
  /** Starts it again after a `stop`, with what it knew and the same address; resolves when it answers. */
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it and removes what it knows. */
  close(): Promise<void>;
}

/** Starts an empty registry on a free port. */
export const startRegistry = async (): Promise<Registry> => {
  const home = await fetchRegistry();
  const folder = await mkdtemp(join(tmpdir(), 'candor-registry-'));
  const [port = 0, managementPort = 0] = await freePorts(2);
  const settings = [
    'http.host=127.0.0.1',
    `http.port=${port}`,
    'management.host=127.0.0.1',
    `management.port=${managementPort}`,
  ];
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  let java: ChildProcess | undefined;
  const kill = (): void => {
    java?.kill('SIGKILL');
  };
  process.once('exit', kill);

  const stop = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (java === undefined || java.exitCode !== null || java.signalCode !== null) return;
    const exited = once(java, 'exit');
    java.kill(signal);
    await exited;
  };

  const start = async (): Promise<void> => {
    const started = spawn('java', ['-Xmx256m', ...settings.map((setting) => `-Dquarkus.${setting}`), '-jar', JAR], {
      cwd: home,
      env: { ...process.env, REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(folder, 'registry')}` },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    java = started;
    await eventually('the registry to answer', START_TIMEOUT_MS, async () => {
      if (started.exitCode !== null) throw new Error('the registry does not start');
      const answer = await fetch(`${url}/subjects`).catch(() => undefined);
      return answer?.ok || undefined;
    });
  };

  const close = async (): Promise<void> => {
    await stop();
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    folder,
    get pid() {
      return java?.pid ?? -1;
    },
    start,
    stop,
    close,
  };
};
