import type { Random } from './random.ts';

/** A country with two bytes that addresses of it begin with: networks of universities and vendors that lie in one country. */
export interface Country {
  readonly code: string;
  readonly prefix: string;
  /** How many installations it has against the others. */
  readonly weight: number;
}

/** Where installations stand. A test holds every prefix against the bundled country database. */
export const COUNTRIES: readonly Country[] = [
  { code: 'US', prefix: '128.32', weight: 24 },
  { code: 'DE', prefix: '141.20', weight: 17 },
  { code: 'FR', prefix: '129.175', weight: 8 },
  { code: 'GB', prefix: '130.88', weight: 8 },
  { code: 'IN', prefix: '164.100', weight: 7 },
  { code: 'CN', prefix: '166.111', weight: 7 },
  { code: 'JP', prefix: '133.11', weight: 5 },
  { code: 'BR', prefix: '143.107', weight: 4 },
  { code: 'CA', prefix: '142.150', weight: 4 },
  { code: 'NL', prefix: '145.100', weight: 4 },
  { code: 'ES', prefix: '147.96', weight: 3 },
  { code: 'IT', prefix: '131.175', weight: 3 },
  { code: 'PL', prefix: '148.81', weight: 3 },
  { code: 'CH', prefix: '129.132', weight: 3 },
  { code: 'SE', prefix: '130.235', weight: 2 },
  { code: 'AU', prefix: '150.203', weight: 2 },
  { code: 'KR', prefix: '147.46', weight: 2 },
  { code: 'SG', prefix: '137.132', weight: 1 },
];

/** An address of some country. */
export const addressSomewhere = (random: Random): string => {
  const { prefix } = random.weighted(COUNTRIES.map((country) => [country, country.weight] as const));
  return `${prefix}.${random.integer(0, 255)}.${random.integer(1, 254)}`;
};
