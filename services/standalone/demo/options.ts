import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf, StartError } from '../../runtime/errors.ts';

const DEFAULTS = { seed: 7, installations: 400, days: 30 };

/** What `--help` prints. */
export const HELP = `Simulates a fleet of the five products, posts its reports through a pipeline of its own, and answers five questions.

  npm run demo
  npm run demo -- --installations 2000 --keep

  --seed N            another fleet for each number, the same for the same (default ${DEFAULTS.seed})
  --installations N   how many installations report (default ${DEFAULTS.installations})
  --days N            how many days up to last midnight, UTC (default ${DEFAULTS.days}, at most 365)
  --keep              stay until Ctrl-C, for questions of your own; on a terminal it always does
  --help              this text

Everything is kept in a temporary folder and removed in the end.
`;

/** What the demonstration is told. */
export interface DemoOptions {
  readonly seed: number;
  readonly installations: number;
  readonly days: number;
  readonly keep: boolean;
  readonly help: boolean;
}

const optionsSchema = z.object({
  seed: z.coerce.number().int().min(0).max(4_294_967_295).default(DEFAULTS.seed),
  installations: z.coerce.number().int().min(1).max(1_000_000).default(DEFAULTS.installations),
  days: z.coerce.number().int().min(1).max(365).default(DEFAULTS.days),
  keep: z.boolean().default(false),
  help: z.boolean().default(false),
});

/** @throws StartError for an option that is unknown or does not parse. */
export const parseOptions = (argv: readonly string[]): DemoOptions => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        seed: { type: 'string' },
        installations: { type: 'string' },
        days: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return optionsSchema.parse(values);
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')
        : messageOf(error);
    throw new StartError(`${why} (see --help)`, { cause: error });
  }
};
