import { DAY_MS } from '../../installation.ts';
import type { Random } from '../../random.ts';
import { DEVOPS, LANGUAGES } from './ecosystem.ts';

/** A user of a server. */
export interface User {
  readonly userUuid: string;
  readonly identityProvider: string;
  /** Share of days that the user is at work with SonarQube; 0 for who has left. */
  readonly activity: number;
  readonly usesIde: boolean;
}

/** A language of a project. */
export interface Code {
  readonly language: string;
  readonly lines: number;
  readonly qualityProfile: string;
}

/** A project of a server. */
export interface Project {
  readonly projectUuid: string;
  readonly branchUuid: string;
  readonly code: readonly Code[];
  readonly branches: number;
  /** Growth of the code a day, as a share of it. */
  readonly growth: number;
  readonly devops: (typeof DEVOPS)[number][0];
}

/** What is on a server: sizes are far from equal, as they are out there. */
export interface Estate {
  readonly users: readonly User[];
  readonly projects: readonly Project[];
}

/** Half of all reports have less than 4.5 KB with these, and none more than 12 KB. */
const USERS = { median: 3, spread: 0.7, max: 12 };
const PROJECTS = { median: 1.8, spread: 0.7, max: 7 };

const IDENTITY_PROVIDERS = [
  ['sonarqube', 60],
  ['saml', 18],
  ['github', 12],
  ['LDAP_default', 10],
] as const;

const bounded = (random: Random, { median, spread, max }: typeof USERS): number =>
  Math.max(1, Math.min(max, Math.round(random.size(median, spread))));

const projectOf = (random: Random, profileOf: (language: string) => string): Project => {
  const main = random.weighted(LANGUAGES);
  const lines = Math.max(50, Math.round(random.size(main.lines, 1.2)));
  const beside = random.some<string>(main.beside, 0.6).map((language) => ({
    language,
    lines: Math.max(5, Math.round(lines * 0.12 * random.next())),
    qualityProfile: profileOf(language),
  }));
  return {
    projectUuid: random.uuid(),
    branchUuid: random.uuid(),
    code: [{ language: main.language, lines, qualityProfile: profileOf(main.language) }, ...beside],
    branches: 1 + Math.round(random.wait(2)),
    growth: random.wait(0.0008),
    devops: random.weighted(DEVOPS),
  };
};

/** Makes the users and the projects of a server; `profiles` is filled with the quality profiles in use, by language. */
export const estateOf = (random: Random, profiles: Map<string, string>): Estate => {
  const identityProvider = random.weighted(IDENTITY_PROVIDERS);
  const profileOf = (language: string): string => {
    const profile = profiles.get(language) ?? random.uuid();
    profiles.set(language, profile);
    return profile;
  };
  const users = Array.from({ length: bounded(random, USERS) }, (_, index) => ({
    userUuid: random.hex(56),
    identityProvider: index === 0 ? 'sonarqube' : identityProvider,
    activity: random.chance(0.2) ? 0 : 0.2 + 0.7 * random.next(),
    usesIde: random.chance(0.35),
  }));
  return { users, projects: Array.from({ length: bounded(random, PROJECTS) }, () => projectOf(random, profileOf)) };
};

/** Lines of code `ageDays` after they were first counted. */
export const linesAt = ({ lines }: Code, { growth }: Project, ageDays: number): number =>
  Math.round(lines * (1 + growth * ageDays));

/** A time of the day before `atMs` at which something last happened, if it happens on this share of days. */
export const lastTime = (random: Random, atMs: number, share: number): number =>
  atMs - Math.ceil((share > 0 ? random.wait(0.7 / share) : 90) * DAY_MS);
