/** An installation. */
export const SYSTEM = '2b8c1f0e-6d0e-4a53-9a55-3a1f1d1b7c20';
/** Its report. */
export const REPORT = `{"system_id":"${SYSTEM}","dt_version":"4.13.0","db_type":"PostgreSQL","db_version":"15.2"}`;

/** The head of 4.x, with the installation in its User-Agent. */
export const version4 = [
  'POST / HTTP/1.1',
  'Content-Type: application/json',
  `User-Agent: Dependency-Track v4.13.0 (amd64; Linux; 6.1) ManagedHttpClient/${SYSTEM}`,
  `Content-Length: ${REPORT.length}`,
  'Host: metrics.dependencytrack.org',
  'Connection: Keep-Alive',
  'Accept-Encoding: gzip,deflate',
];

/** The head of 5.x, which offers h2c. */
export const version5 = [
  'POST / HTTP/1.1',
  'Connection: Upgrade, HTTP2-Settings',
  `Content-Length: ${REPORT.length}`,
  'Host: metrics.dependencytrack.org',
  'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
  'Upgrade: h2c',
  `User-Agent: Dependency-Track v5.0.0 (amd64; Linux; 6.1) ManagedHttpClient/${SYSTEM}`,
  'Content-Type: application/json',
];
