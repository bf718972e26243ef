/** Logs of a ClickHouse server that quote queries and errors; one that was installed as usual keeps them, the embedded one does not. */
const LOGS = ['query_log', 'part_log', 'error_log'];

const table = (log: string): string =>
  `<${log}><database>system</database><table>${log}</table><flush_interval_milliseconds>1000</flush_interval_milliseconds></${log}>`;

/** Configuration that makes the embedded server keep the logs. */
export const CLICKHOUSE_LOGS = `<clickhouse>${LOGS.map(table).join('')}</clickhouse>`;
