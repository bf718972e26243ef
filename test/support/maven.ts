import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/candor', import.meta.url));
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** Where the jars of a program are kept between runs. */
export const jarsHome = (name: string): string => join(CACHE, name);

/** Copies the jars that `pom` names from Maven's repository; the folder appears under its name only when it is whole. */
export const fetchJars = async (name: string, pom: string): Promise<string> => {
  const home = jarsHome(name);
  if (existsSync(home)) return home;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, '.fetching-'));
  const copy = ['-q', '-B', '-C', '-f', pom, COPY, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`];
  const { status, stdout, stderr } = spawnSync('mvn', copy, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Maven could not fetch ${name}: ${stdout}${stderr}`);
  // Another test may have been quicker.
  await rename(folder, home).catch(() => rm(folder, { recursive: true, force: true }));
  return home;
};
