import type { Release } from '../../releases.ts';

/** An edition of SonarQube with the releases that it gets: the free one and the commercial ones count differently. */
export interface Edition {
  readonly edition: string;
  readonly releases: readonly Release[];
}

const SHARED_RELEASES: readonly Release[] = [
  { version: '9.9.8.100196', ageDays: 900 },
  { version: '10.6.0.92116', ageDays: 640 },
  { version: '10.7.0.96327', ageDays: 500 },
];

const COMMUNITY_RELEASES: readonly Release[] = [
  ...SHARED_RELEASES,
  { version: '24.12.0.100206', ageDays: 330 },
  { version: '25.3.0.104237', ageDays: 160 },
  { version: '25.5.0.107428', ageDays: 75 },
  { version: '25.6.0.109173', ageDays: 16 },
];

const COMMERCIAL_RELEASES: readonly Release[] = [
  ...SHARED_RELEASES,
  { version: '2025.1.1.104738', ageDays: 300 },
  { version: '2025.2.0.105476', ageDays: 150 },
  { version: '2025.3.0.108892', ageDays: 20 },
];

/** Editions by how common they are. */
export const EDITIONS: readonly (readonly [Edition, number])[] = [
  [{ edition: 'community', releases: COMMUNITY_RELEASES }, 72],
  [{ edition: 'developer', releases: COMMERCIAL_RELEASES }, 18],
  [{ edition: 'enterprise', releases: COMMERCIAL_RELEASES }, 9],
  [{ edition: 'datacenter', releases: COMMERCIAL_RELEASES }, 1],
];

/** Databases by how common they are; H2 is what a trial runs on. */
export const DATABASES = [
  [{ name: 'PostgreSQL', version: '13.16' }, 10],
  [{ name: 'PostgreSQL', version: '14.13 (Ubuntu 14.13-0ubuntu0.22.04.1)' }, 17],
  [{ name: 'PostgreSQL', version: '15.8 (Debian 15.8-1.pgdg120+1)' }, 28],
  [{ name: 'PostgreSQL', version: '16.4' }, 20],
  [{ name: 'H2', version: '2.2.224 (2023-09-17)' }, 11],
  [{ name: 'Microsoft SQL Server', version: '15.00.4382' }, 8],
  [{ name: 'Oracle', version: 'Oracle Database 19c Enterprise Edition Release 19.0.0.0.0' }, 6],
] as const;

/** Plugins that come with every server. */
export const BUILT_IN_PLUGINS = [
  { name: 'csharp', version: '10.4.0.108396' },
  { name: 'flex', version: '2.13.0.5137' },
  { name: 'go', version: '1.18.1.827' },
  { name: 'iac', version: '1.41.0.14206' },
  { name: 'jacoco', version: '1.3.0.1538' },
  { name: 'java', version: '8.6.0.37351' },
  { name: 'javascript', version: '10.18.0.28572' },
  { name: 'kotlin', version: '2.22.0.5972' },
  { name: 'php', version: '3.40.0.12442' },
  { name: 'python', version: '4.24.0.18631' },
  { name: 'ruby', version: '1.18.1.827' },
  { name: 'scala', version: '1.18.1.827' },
  { name: 'text', version: '2.18.0.5083' },
  { name: 'vbnet', version: '10.4.0.108396' },
  { name: 'web', version: '3.18.0.5605' },
  { name: 'xml', version: '2.12.0.5749' },
] as const;

/** Plugins that operators add, with their versions. */
export const ADDED_PLUGINS = [
  { name: 'communityBranchPlugin', version: '1.22.0' },
  { name: 'dependencycheck', version: '5.0.0' },
  { name: 'findbugs', version: '4.3.0' },
  { name: 'pmd', version: '4.0.0' },
  { name: 'checkstyle', version: '10.20.1' },
] as const;

/** Main languages of projects: how common each is, lines of a median project, and what lies beside them. */
export const LANGUAGES = [
  [{ language: 'java', lines: 21_000, beside: ['xml', 'docker'] }, 30],
  [{ language: 'ts', lines: 14_000, beside: ['css', 'web'] }, 16],
  [{ language: 'py', lines: 8_000, beside: ['docker'] }, 14],
  [{ language: 'cs', lines: 19_000, beside: ['xml'] }, 13],
  [{ language: 'js', lines: 9_000, beside: ['css', 'web'] }, 11],
  [{ language: 'php', lines: 15_000, beside: ['web'] }, 6],
  [{ language: 'go', lines: 10_000, beside: ['docker'] }, 5],
  [{ language: 'kotlin', lines: 11_000, beside: ['xml'] }, 4],
  [{ language: 'terraform', lines: 2_500, beside: [] }, 1],
] as const;

/** Where code comes from and what analyzes it. */
export const DEVOPS = [
  [{ scm: 'git', ci: 'Github Actions', devopsPlatform: 'github_cloud' }, 32],
  [{ scm: 'git', ci: 'Gitlab CI', devopsPlatform: 'gitlab' }, 25],
  [{ scm: 'git', ci: 'Jenkins', devopsPlatform: 'undetected' }, 24],
  [{ scm: 'git', ci: 'Azure DevOps', devopsPlatform: 'azure_devops' }, 13],
  [{ scm: 'undetected', ci: 'undetected', devopsPlatform: 'undetected' }, 6],
] as const;

/** What servers run in. */
export const HOSTS = [
  [{ container: false, officialImage: false }, 38],
  [{ container: true, officialImage: true, containerRuntime: 'docker' }, 40],
  [
    {
      container: true,
      officialImage: true,
      containerRuntime: 'containerd',
      kubernetes: true,
      kubernetesVersion: '1.30',
      kubernetesPlatform: 'linux/amd64',
      officialHelmChart: '10.7.0',
    },
    22,
  ],
] as const;
