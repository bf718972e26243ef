import { DAY_MS, type Installation, type Period } from './installation.ts';

/** A release of a product. */
export interface Release {
  readonly version: string;
  /** Days from its publication to the end of the simulated period: chosen such that one release falls into a month. */
  readonly ageDays: number;
}

/**
 * The version that an installation runs: what was new when it was installed, then each release some time after its
 * publication. So every release has an adoption curve.
 *
 * @param releases oldest first
 */
export const versionAt = (
  releases: readonly Release[],
  { installedAtMs, upgradeLagMs }: Installation,
  { endMs }: Period,
  atMs: number,
): string => {
  const running = releases.findLast(({ ageDays }) => {
    const publishedAtMs = endMs - ageDays * DAY_MS;
    return publishedAtMs <= installedAtMs || publishedAtMs + upgradeLagMs <= atMs;
  });
  return (running ?? releases[0])?.version ?? '';
};
