import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that the embedded server is told. */
export interface EmbeddedServerOptions {
  /** Folder of its tables, configuration and log. */
  readonly path: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  /** Passwords of the users that may write; made anew at each start, known to this process only. */
  readonly adminPassword: string;
  readonly sinkPassword: string;
}

/** Users of the embedded server: the owner of the schema, the writer of rows, and everybody who asks questions. */
export const USERS = { admin: 'candor_admin', sink: 'candor_sink', analyst: 'analyst' } as const;

/** What one question may cost: a laptop stays usable, and so does the sink. */
const ANALYST_LIMITS = { memoryBytes: 4_000_000_000, seconds: 60, resultRows: 1_000_000 };

/**
 * The library runs its command line as `default`, without a password. The quota lets it run just the queries of that command
 * line in thirty years; the wait that is the last of them has begun before any port is open for long.
 */
const BOOT_QUOTA = { queries: 3, seconds: 1_000_000_000 };

const user = (name: string, password: string, profile: string, quota: string, grants: readonly string[]): string => `
    <${name}>
      <password>${password}</password>
      <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
      <profile>${profile}</profile>
      <quota>${quota}</quota>
      <grants>${grants.map((grant) => `<query>GRANT ${grant}</query>`).join('')}</grants>
    </${name}>`;

const usersXml = ({ adminPassword, sinkPassword }: EmbeddedServerOptions): string => `<clickhouse>
  <profiles>
    <default/>
    <reader>
      <readonly>2</readonly>
      <max_memory_usage>${ANALYST_LIMITS.memoryBytes}</max_memory_usage>
      <max_execution_time>${ANALYST_LIMITS.seconds}</max_execution_time>
      <max_result_rows>${ANALYST_LIMITS.resultRows}</max_result_rows>
      <constraints>
        <max_memory_usage><const/></max_memory_usage>
        <max_execution_time><const/></max_execution_time>
        <max_result_rows><const/></max_result_rows>
      </constraints>
    </reader>
  </profiles>
  <quotas>
    <default/>
    <boot><interval><duration>${BOOT_QUOTA.seconds}</duration><queries>${BOOT_QUOTA.queries}</queries></interval></boot>
  </quotas>
  <users>
    ${user(USERS.admin, adminPassword, 'default', 'default', ['ALL ON *.*'])}
    ${user(USERS.sink, sinkPassword, 'default', 'default', ['SELECT, INSERT, ALTER DELETE ON candor.*', 'SELECT ON system.processes', 'KILL QUERY ON *.*'])}
    ${user(USERS.analyst, '', 'reader', 'default', ['SELECT ON candor.*'])}
    ${user('default', '', 'default', 'boot', ['SYSTEM LISTEN ON *.*', 'SELECT ON system.numbers'])}
  </users>
</clickhouse>
`;

/** A part is on the disk when its insert is answered: its offsets are committed after that, and would not be read again. */
export const FLUSHED_PARTS = ['fsync_after_insert', 'fsync_part_directory'] as const;

const configXml = (usersFile: string): string => `<clickhouse>
  <log-level>warning</log-level>
  <users_config>${usersFile}</users_config>
  <user_directories><users_xml><path>${usersFile}</path></users_xml></user_directories>
  <mark_cache_size>268435456</mark_cache_size>
  <merge_tree>${FLUSHED_PARTS.map((setting) => `<${setting}>1</${setting}>`).join('')}</merge_tree>
</clickhouse>
`;

/** Writes the server's configuration and resolves with the arguments of its command line. */
export const writeConfiguration = async (options: EmbeddedServerOptions): Promise<readonly string[]> => {
  await mkdir(options.path, { recursive: true });
  const [config, users] = [join(options.path, 'config.xml'), join(options.path, 'users.xml')];
  await writeFile(users, usersXml(options), { mode: 0o600 });
  await writeFile(config, configXml(users));
  // clickhouse-local ends with its last query, so this one sleeps for decades.
  const query =
    'SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT sleepEachRow(1) FROM numbers(1000000000) ' +
    'SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null';
  return [
    'clickhouse',
    '--multiquery',
    `--path=${join(options.path, 'data')}`,
    '--listen_host=127.0.0.1',
    `--http_port=${options.httpPort}`,
    `--tcp_port=${options.tcpPort}`,
    `--config-file=${config}`,
    `--query=${query}`,
  ];
};
