import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf, StartError } from '../../runtime/errors.ts';

/** What `--help` prints. */
export const HELP = `Looks at dead letters and sends them through the pipeline again.

  npm run dead-letters -- list --since 1d
  npm run dead-letters -- show 01997c2e-6b0a-7c3e-9a55-0f6c2f4c1d7e
  npm run dead-letters -- replay --product hasura --reason contract_violation --dry-run
  npm run dead-letters -- replay 01997c2e-6b0a-7c3e-9a55-0f6c2f4c1d7e

  list                what became dead letters, the newest first, and whether it was repaired since
  show ID             all that is kept of one, and what became of its replays
  replay [ID …]       sends the named ones, or all that the options choose, through the pipeline again, and waits for their
                      outcomes; what is repaired is left alone

  --since TIME        received since then: a number and m, h or d (7d), or a time such as 2026-11-20T12:00Z (default 7d)
  --product NAME      of this product
  --reason REASON     rejected for this reason
  --limit N           at most so many, the oldest first for a replay (default 1000, at most 1000)
  --wait SECONDS      how long to wait for outcomes (default 60)
  --dry-run           only tell what would be replayed
  --env-file FILE     ask the ClickHouse of docker compose, as npm run query does
  --help              this text

Environment: that of npm run query. A replay goes through the running npm start (ADMIN_HOST, ADMIN_PORT), or with KAFKA_BROKERS
and SCHEMA_REGISTRY_URL through Kafka. Ends with 0, with 2 when a dead letter was not repaired, with 1 for any other trouble.
`;

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const sinceTime = z.string().transform((text, context) => {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = unit === undefined ? Date.parse(text) : Date.now() - Number(count) * UNITS[unit as keyof typeof UNITS];
  if (Number.isNaN(time))
    context.addIssue({ code: 'custom', message: 'is no time: 90m, 12h, 7d or 2026-11-20T12:00Z' });
  return time;
});

const name = z.string().regex(/^[\w.-]+$/, 'is no name');
const wholeNumber = z
  .string()
  .regex(/^\d{1,6}$/, 'is no whole number')
  .transform(Number);

const optionsSchema = z.object({
  since: sinceTime.prefault('7d'),
  product: name.optional(),
  reason: name.optional(),
  limit: wholeNumber.pipe(z.number().min(1).max(1_000)).prefault('1000'),
  wait: wholeNumber.prefault('60'),
  'dry-run': z.boolean().default(false),
  'env-file': z.string().optional(),
  help: z.boolean().default(false),
});

/** Which dead letters are meant. */
export interface Selection {
  /** Received at this time or later, ms since 1970. */
  readonly since: number;
  readonly product: string | undefined;
  readonly reason: string | undefined;
  /** Only these; all when empty. */
  readonly ids: readonly string[];
  readonly limit: number;
}

/** What the command is told. */
export interface DeadLetterOptions {
  readonly command: 'list' | 'show' | 'replay' | 'help';
  readonly selection: Selection;
  readonly waitMs: number;
  readonly isDryRun: boolean;
  readonly envFile: string | undefined;
}

const parse = (argv: readonly string[]) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      since: text,
      product: text,
      reason: text,
      limit: text,
      wait: text,
      'dry-run': flag,
      'env-file': text,
      help: { ...flag, short: 'h' },
    },
  });
  const [command = 'help', ...ids] = positionals;
  return {
    command: z
      .enum(['list', 'show', 'replay', 'help'], { error: `${command} is none of list, show and replay` })
      .parse(command),
    ids: z.array(z.uuid('is no id of a dead letter')).parse(ids),
    values: optionsSchema.parse(values),
    isNarrowed: ['since', 'product', 'reason'].some((option) => option in values),
  };
};

/** @throws StartError for a command or an option that is unknown or does not parse. */
export const parseOptions = (argv: readonly string[]): DeadLetterOptions => {
  try {
    const { command, ids, values, isNarrowed } = parse(argv);
    if (command === 'show' && ids.length !== 1) throw new StartError('show takes the id of one dead letter');
    if (command === 'list' && ids.length > 0) throw new StartError('list takes no ids: see show');
    if (command === 'replay' && ids.length === 0 && !isNarrowed) {
      throw new StartError('say which ones to replay: ids, --since, --product or --reason');
    }
    const { since, product, reason, limit } = values;
    return {
      command: values.help ? 'help' : command,
      // Who names a dead letter means it, however old it is.
      selection: { since: ids.length > 0 ? 0 : since, product, reason, ids, limit },
      waitMs: values.wait * 1_000,
      isDryRun: values['dry-run'],
      envFile: values['env-file'],
    };
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues
            .map(({ path, message }) =>
              [...path.filter((each) => typeof each === 'string').map((each) => `--${each}`), message].join(' '),
            )
            .join('; ')
        : messageOf(error);
    throw new StartError(`${why} (see --help)`, { cause: error });
  }
};
