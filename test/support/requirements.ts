import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { describe } from 'vitest';

/** Whether the machine has a program, without starting it: that of Maven takes a second. */
export const isInPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** Runs a suite, skips it, or fails in its place. */
export type DescribeWhenAvailable = (title: string, suite: () => void) => void;

/**
 * A `describe` for suites that need something of the machine. Where it is missing they are skipped, with a loud line that
 * says what to install; under CI (`CI` is set) they fail instead, because there nothing may be skipped.
 *
 * @param name what is needed, e.g. `Java`
 * @param available whether the machine has it
 * @param install what to do to have it, e.g. `apt-get install openjdk-17-jre-headless`
 */
export const requirement = (name: string, available: boolean, install: string): DescribeWhenAvailable => {
  const missing = `${name} is missing: ${install}`;
  return (title, suite) => {
    if (available) {
      describe(title, suite);
    } else if (process.env.CI) {
      throw new Error(`${title} may not be skipped under CI, but ${missing}`);
    } else {
      process.stderr.write(`\nSKIPPED: ${title}\n  ${missing}\n\n`);
      describe.skip(`${title} (${missing})`, suite);
    }
  };
};
