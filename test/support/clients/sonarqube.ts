import { gzippedInChunks, request } from '../http-bytes.ts';

/** A report of 10.7. */
export const REPORT =
  '{"id":"5A1C09E2-BBk3nqWf7Ht2Lx_pQrsu","version":"10.7.0.96327","messageSequenceNumber":3,' +
  '"localTimestamp":"2026-11-20T20:56:31+0000","ncdId":-828804101,"database":{"name":"H2","version":"2.2.224 (2023-09-17)"},' +
  '"plugins":[{"name":"python","version":"4.22.0.16914"}],"container":false,"cloudUsage":{"kubernetes":false}}';

/** One of its metrics. */
export const METRICS =
  '{"message_uuid":"0d4c8b77-3a0c-4a35-9f5c-8f2c6f1c1d11","installation_id":"5A1C09E2-BBk3nqWf7Ht2Lx_pQrsu",' +
  '"dimension":"user","metric_values":[{"key":"user_enabled","value":null,"user_uuid":"1f0c","type":"boolean","granularity":"daily"}]}';

/** What it sends when its owner opts out. */
export const OPT_OUT = '{"id":"5A1C09E2-BBk3nqWf7Ht2Lx_pQrsu"}';

/** The head that 10.7 sends with OkHttp. */
export const head107 = (path: string, framing: string): string[] => [
  `POST ${path} HTTP/1.1`,
  'Content-Encoding: gzip',
  'Content-Type: application/json; charset=utf-8',
  framing,
  'Host: telemetry.sonarsource.com',
  'Connection: Keep-Alive',
  'User-Agent: SonarQube/10.7.0.96327',
];

/** How it sends what it compresses. */
export const CHUNKED = 'Transfer-Encoding: chunked';

/** A request of 10.7: gzip in chunks, without a length. */
export const compressed = (path: string, document: string): Buffer =>
  request(head107(path, CHUNKED), gzippedInChunks(document));

/** The opt-out of a server: a DELETE with a body. */
export const optOut = (document: string): Buffer =>
  request(
    [
      'DELETE /sonarqube HTTP/1.1',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${document.length}`,
      'Host: telemetry.sonarsource.com',
      'Connection: Keep-Alive',
      'User-Agent: SonarQube/10.7.0.96327',
    ],
    document,
  );

/** A report of 8.x, which is not compressed. */
export const REPORT_8 =
  '{"id":"5A1C09E2-BBk3nqWf7Ht2Lx_pQrsu","version":"8.9.2","userCount":4,"installationDate":1605905766000}';

/** Plain JSON of 10.7 under a head that claims gzip: its compression is switched off. */
export const claimingGzip = (document: string): Buffer =>
  request(head107('/sonarqube', `Content-Length: ${document.length}`), document);

/** A request of 8.x: plain, and claiming nothing. */
export const plain8 = (document: string): Buffer =>
  request(
    head107('/sonarqube', `Content-Length: ${document.length}`).filter((line) => !line.includes('gzip')),
    document,
  );
