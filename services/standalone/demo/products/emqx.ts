import { DAY_MS, type Simulate } from '../installation.ts';
import type { Random } from '../random.ts';
import { type Release, versionAt } from '../releases.ts';

const RELEASES: readonly Release[] = [
  { version: '4.4.19', ageDays: 1000 },
  { version: '5.0.26', ageDays: 700 },
  { version: '5.3.2', ageDays: 480 },
  { version: '5.6.1', ageDays: 300 },
  { version: '5.7.2', ageDays: 190 },
  { version: '5.8.4', ageDays: 90 },
  { version: '5.8.6', ageDays: 17 },
];

const WEEK_MS = 7 * DAY_MS;

const SYSTEMS = [
  [{ os_name: 'Debian GNU/Linux', os_version: '12 (bookworm)', os: 'debian12', relform: 'docker' }, 50],
  [{ os_name: 'Ubuntu', os_version: '22.04.4 LTS (Jammy Jellyfish)', os: 'ubuntu22.04', relform: 'deb' }, 30],
  [{ os_name: 'Rocky Linux', os_version: '9.4 (Blue Onyx)', os: 'el9', relform: 'rpm' }, 20],
] as const;

const AUTHENTICATORS = ['password_based:built_in_database', 'password_based:postgresql', 'password_based:http', 'jwt'];
const AUTHORIZERS = ['file', 'built_in_database', 'postgresql', 'http'];
const PLUGINS = ['emqx_plugin_audit-1.4.0', 'kafka_link-2.0.1', 'emqx_auth_ldap_ext-0.9.2'];
const BRIDGES = ['http', 'mqtt', 'kafka_producer', 'pgsql', 'influxdb_api_v2'];
const GATEWAYS = ['stomp', 'mqttsn', 'coap', 'lwm2m', 'exproto'];

const NODES = [
  [1, 72],
  [2, 8],
  [3, 17],
  [5, 3],
] as const;

/** EMQX's ids are upper-case and only look like UUIDs. */
const emqxId = (random: Random): string => random.uuid().toUpperCase();

const bridgesOf = (random: Random) => {
  const bridges = random.some(BRIDGES, 0.2).map((type) => ({ type, num: random.integer(1, 4) }));
  return {
    num_data_bridges: bridges.reduce((sum, { num }) => sum + num, 0),
    data_bridge: Object.fromEntries(bridges.map(({ type, num }) => [type, { num, num_linked_by_rules: num }])),
  };
};

/** What a cluster is set up for: the same at each report. */
const featuresOf = (random: Random) => ({
  authn_authz: {
    authn: random.some(AUTHENTICATORS, 0.35),
    authn_listener: random.chance(0.2) ? { 'password_based:http': random.integer(1, 2) } : {},
    authz: ['file', ...random.some(AUTHORIZERS.slice(1), 0.25)],
  },
  gateway: Object.fromEntries(
    random
      .some(GATEWAYS, 0.07)
      .map((name) => [name, { authn: 'undefined', num_clients: random.integer(0, 400), listeners: [{ type: 'udp' }] }]),
  ),
  rule_engine: { num_rules: Math.round(random.wait(6)) },
  bridge: bridgesOf(random),
  exhook: { num_servers: 0, servers: [] },
});

/** An EMQX cluster: every node reports once a week. 4.x knows a node only, 5.x what its cluster is set up for. */
export const simulateEmqx: Simulate = (random, installation, period) => {
  const clusterUuid = emqxId(random);
  const nodeUuids = Array.from({ length: random.weighted(NODES) }, () => emqxId(random));
  const reportsOnDay = random.integer(0, 6);
  const { os, relform, ...system } = random.weighted(SYSTEMS);
  const clients = random.size(800, 1.6);
  const plugins = random.some(PLUGINS, 0.15);
  const vm_specs = { num_cpus: random.pick([2, 4, 8, 16]), total_memory: random.pick([4, 8, 16, 64]) * 1_073_741_824 };
  const features = featuresOf(random);

  const nodeReport = (uuid: string, receivedAtMs: number) => {
    const version = versionAt(RELEASES, installation, period, receivedAtMs);
    const num_clients = Math.round((clients / nodeUuids.length) * (0.9 + 0.2 * random.next()));
    const messages = Math.round(num_clients * random.size(2_000, 0.5));
    const node = {
      emqx_version: version,
      license: { edition: version.startsWith('4.') ? 'community' : 'opensource' },
      ...system,
      otp_version: version.startsWith('4.') ? '24' : '26',
      up_time: Math.min(receivedAtMs - installation.installedAtMs, WEEK_MS * random.integer(1, 12)),
      uuid,
      nodes_uuid: nodeUuids.filter((other) => other !== uuid),
      active_plugins: plugins,
      num_clients,
      messages_received: messages,
      messages_sent: Math.round(messages * 1.7),
    };
    if (version.startsWith('4.')) return { ...node, active_modules: ['emqx_mod_acl_internal', 'emqx_mod_presence'] };
    return {
      ...node,
      cluster_uuid: clusterUuid,
      build_info: { arch: 'x86_64-pc-linux-gnu', os, erlang: '26.2.5.2-1', elixir: '1.15.7', relform, wordsize: 64 },
      vm_specs,
      mqtt_runtime_insights: {
        num_topics: Math.round(num_clients * 1.4),
        messages_received_rate: messages / WEEK_MS / 10,
        messages_sent_rate: (messages * 1.7) / WEEK_MS / 10,
      },
      advanced_mqtt_features: {
        topic_rewrite: 0,
        delayed: 0,
        retained: Math.round(num_clients / 3),
        auto_subscribe: 0,
      },
      ...features,
    };
  };

  return ({ startMs }) => {
    if ((startMs / DAY_MS) % 7 !== reportsOnDay) return [];
    return nodeUuids.map((uuid, index) => {
      // Nodes start one after the other, and report in the same order.
      const receivedAtMs = startMs + Math.min(installation.reportsAtMs + index * 30_000, DAY_MS - 1);
      return {
        receivedAtMs,
        path: '/api/telemetry',
        headers: { 'content-type': 'application/json', te: '' },
        document: nodeReport(uuid, receivedAtMs),
      };
    });
  };
};
