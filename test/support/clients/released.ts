import { gzipSync } from 'node:zlib';
import { inChunks, request } from '../http-bytes.ts';
import { frame, handshake, OPCODES } from '../web-socket-bytes.ts';
import { capturedRequest } from './cloudquery.ts';
import * as dependencyTrack from './dependency-track.ts';
import * as emqx from './emqx.ts';
import * as hasura from './hasura.ts';
import * as sonarqube from './sonarqube.ts';

/** Makes other values of the same length of what a report is known by, so that it is taken for no repetition. */
export type Vary = (text: string) => string;

/** A way in which a released client reports. */
export interface ReleasedClient {
  readonly client: string;
  /** What its report is. */
  readonly kind: string;
  /** What it sends, byte for byte but for the ids. */
  readonly bytes: (vary: Vary) => Buffer;
  /** What it sends once its WebSocket is open. */
  readonly frame?: (vary: Vary) => Buffer;
}

const [plainTraces, gzipTraces, batch] = await Promise.all(
  (['plain', 'gzip', 'batch'] as const).map((name) => capturedRequest(name)),
);

/** Bytes that are no text keep their values. */
const varied = (bytes: Buffer | undefined, vary: Vary): Buffer =>
  Buffer.from(vary((bytes ?? Buffer.alloc(0)).toString('latin1')), 'latin1');

const bodyAt = (bytes: Buffer | undefined): number => (bytes ?? Buffer.alloc(0)).indexOf('\r\n\r\n') + 4;

/** What is compressed while it is sent can be varied only before. */
const gzippedTraces = (vary: Vary): Buffer =>
  Buffer.concat([
    gzipTraces?.subarray(0, bodyAt(gzipTraces)) ?? Buffer.alloc(0),
    inChunks(gzipSync(varied(plainTraces?.subarray(bodyAt(plainTraces)), vary))),
  ]);

const { REPORT, METRICS, REPORT_8, compressed, claimingGzip, plain8 } = sonarqube;
const { SERVER, RESOURCES, COMMAND, BESIDE, EVENT, JSON_TYPE, server, cli } = hasura;

/** The released clients of all products, each in every form that it sends. */
export const RELEASED: readonly ReleasedClient[] = [
  { client: 'SonarQube 10.7', kind: 'sonarqube.report', bytes: (vary) => compressed('/sonarqube', vary(REPORT)) },
  {
    client: 'SonarQube 10.7',
    kind: 'sonarqube.metrics',
    bytes: (vary) => compressed('/sonarqube/metrics', vary(METRICS)),
  },
  { client: 'SonarQube without compression', kind: 'sonarqube.report', bytes: (vary) => claimingGzip(vary(REPORT)) },
  { client: 'SonarQube 8', kind: 'sonarqube.report', bytes: (vary) => plain8(vary(REPORT_8)) },
  { client: 'CloudQuery 0.20', kind: 'cloudquery.operation', bytes: (vary) => varied(plainTraces, vary) },
  { client: 'CloudQuery 0.20, gzip', kind: 'cloudquery.operation', bytes: gzippedTraces },
  { client: 'CloudQuery 0.30', kind: 'cloudquery.batch', bytes: (vary) => varied(batch, vary) },
  { client: 'Hasura 2.48', kind: 'hasura.server', bytes: (vary) => request(server(SERVER), vary(SERVER)) },
  { client: 'Hasura 2.48 on its machine', kind: 'hasura.server', bytes: () => request(server(RESOURCES), RESOURCES) },
  {
    client: 'Hasura CLI 2.48',
    kind: 'hasura.cli',
    bytes: (vary) => request(cli(COMMAND, JSON_TYPE, 'Connection: close'), vary(COMMAND)),
  },
  { client: 'Hasura CLI, newer', kind: 'hasura.cli', bytes: (vary) => request(cli(BESIDE), vary(BESIDE)) },
  {
    client: 'Hasura console',
    kind: 'hasura.console',
    bytes: () => Buffer.from(handshake('/v1/ws', 'http://localhost:9695')),
    frame: (vary) => frame(OPCODES.text, vary(EVENT)),
  },
  {
    client: 'Dependency-Track 4.13',
    kind: 'dependency-track.report',
    bytes: (vary) => varied(request(dependencyTrack.version4, dependencyTrack.REPORT), vary),
  },
  {
    client: 'Dependency-Track 5',
    kind: 'dependency-track.report',
    bytes: (vary) => varied(request(dependencyTrack.version5, dependencyTrack.REPORT), vary),
  },
  { client: 'EMQX 5.8', kind: 'emqx.report', bytes: (vary) => request(emqx.lines, vary(emqx.REPORT)) },
];
