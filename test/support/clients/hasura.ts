/** A report of a server on one of its data sources. */
export const SERVER =
  '{"data":{"metadata_db_uid":"3e5f1a1e-7f3e-4b6e-9a53-0c8f5f0d1e11","instance_uid":"7c1d0b7e-2b1f-4b52-8f0d-6f3a9d4e2c12",' +
  '"hasura_version":"v2.48.0","ci":null,"source_metadata":{"db_uid":null,"backend_type":"postgres","db_kind":"postgres",' +
  '"db_version":"140006"},"metrics":{"tables":3,"remote_schemas":null,"service_timings":null}},"topic":"server_metrics_v2"}';

/** What a server tells of its machine: no envelope, no id. */
export const RESOURCES =
  '{"server_metrics":{"resource_cpu":2048,"resource_memory":8123456789,"resource_checker_error_code":null}}';

/** A command of the command line. */
export const COMMAND =
  '{"data":{"command":"hasura version --skip-update-check","error":{"Err":{"Err":{},"Kind":0},"Op":"cli.Validate"},' +
  '"execution_id":"1b6a8c0e-9a3f-4c6b-8d54-2e7f1a9b3c13","is_error":true,"os_arch":"amd64","os_platform":"linux","payload":null,' +
  '"server_uuid":"","server_version":"","uuid":"f2c9d4e1-6b0a-4f7d-b5c3-9e8a7d6c5b14","version":"v2.48.0"},"topic":"cli"}';

/** The same of a newer one, with the fields beside `topic`. */
export const BESIDE = COMMAND.replace('{"data":{', '{').replace('},"topic"', ',"topic"');

/** What a console tells of a click. */
export const EVENT =
  '{"data":{"server_version":"v2.48.0","url":"/console/data","console_mode":"cli","console_type":"oss",' +
  '"event_type":"CLICK_EVENT","event_data":{"id":"run-sql"}},"topic":"console-v2"}';

/** The head of a server's requests. */
export const server = (body: string): string[] => [
  'POST /v1/http HTTP/1.1',
  'Host: telemetry.hasura.io',
  'Accept-Encoding: gzip',
  'Content-Type: application/json',
  'User-Agent: hasura-graphql-engine/v2.48.0',
  `Content-Length: ${body.length}`,
];

/** The head of a command line's requests. */
export const cli = (body: string, ...types: string[]): string[] => [
  'POST /v1/http HTTP/1.1',
  'Host: telemetry.hasura.io',
  'User-Agent: Go-http-client/1.1',
  `Content-Length: ${body.length}`,
  ...types,
  'Accept-Encoding: gzip',
];

/** The type that all but the newest command lines name. */
export const JSON_TYPE = 'Content-Type: application/json';
