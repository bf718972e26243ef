/** What the short texts of a field look like: the anonymizer keeps no other. All of them are ASCII, and may be empty. */
export interface Shape {
  /** As the data dictionary names it. */
  readonly name: string;
  readonly pattern: RegExp;
  /** What is so plainly of this shape that no detector is asked, be it for speed or because one would mistake it. */
  readonly plain?: RegExp;
  /** What takes the place of a text of another shape. */
  readonly instead: string;
}

/** Stands for a text that has not the shape of its field. */
const OTHER = '[other]';

/** What a label behind a dot is in a version: anything with a number first, a commit, or the mark of a release. */
const RELEASE_LABEL = String.raw`\d|(?:[\da-f]{7,40}|(?i:alpha|b|beta|build|cr|dev|final|ga|m|post|rc|release|snapshot|sp)\d{0,8})(?![\w.])`;

/** A dot only there: names of hosts and mail addresses have them elsewhere. */
const WORD = String.raw`@{0,2}\w(?:[\w :+/()#-]|\.(?=${RELEASE_LABEL})){0,127}`;

const shape = (name: string, pattern: string, plain?: RegExp): Shape => ({
  name,
  pattern: new RegExp(`^(?:${pattern})?$`),
  ...(plain && { plain }),
  instead: OTHER,
});

/** Shapes that the five products' values have. */
export const SHAPES = {
  /** UUIDs, hex and anything of base64. Another text becomes an empty id, which is how clients say that there is none. */
  id: {
    name: 'id',
    pattern: /^[\w+/=-]{0,128}$/,
    plain: /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{32,64})$/i,
    instead: '',
  },
  /** `enterprise`, `Microsoft SQL Server`, `password_based:redis`, `linux/amd64`, `@@router/LOCATION_CHANGE`. */
  word: shape('word', WORD, /^[A-Za-z_]{0,23}$/),
  /**
   * `10.7.0.96327`, `v2.48.0-ce`, `5.1.0-rc.2`, `development`. Four numbers of which the first three are below 30 are a version,
   * of Erlang for one; but not behind a 10, as in private networks.
   */
  version: shape('version', WORD, /^(?!10\.)(?:[12]?\d\.){3}\d{1,3}$|^v?\d{1,4}(?:\.\d{1,4}){1,2}(?:\.\d{4,7})?$/),
  /** `client.connect`, `warning.access`, `db_migration_step_duration.107001`. */
  dotted: shape('dotted name', String.raw`[A-Za-z_]\w{0,95}(?:\.\w{1,64}){0,3}`),
  /** `aws@v0.11.2`, `acme/fleet`, `x@debug`. */
  release: shape('name and version', String.raw`\w[\w/-]{0,95}(?:@${WORD})?`),
  /** ISO 8601, Go's `2022-02-20 23:59:58.91 +0100 CET m=+0.02`, and `unknown`. */
  date: shape('date', String.raw`\d{4}-\d\d-\d\d[\dA-Z:.,+ m=-]{0,64}|[a-z]{1,16}`),
} as const satisfies Readonly<Record<string, Shape>>;
