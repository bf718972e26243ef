import type { Flatteners } from '../../pack/pack.ts';
import { column, table } from '../../pack/table.ts';
import type { contracts } from './contract.ts';
import {
  authenticationRows,
  bridgeRows,
  exhookServerRows,
  gatewayRows,
  nodeRows,
  pluginRows,
  reportRow,
} from './rows.ts';

/** The tables of EMQX. */
export const tables = {
  emqx_reports: table('One row per report of an EMQX node', {
    node_uuid: column('String', 'Id of the node that reported: 33 to 36 characters, not always a UUID'),
    cluster_uuid: column('String', 'Id of the cluster, of the same form; empty for 4.x'),
    emqx_version: column('LowCardinality(String)', 'Version of EMQX as sent; empty when unknown'),
    emqx_version_parts: column('Array(UInt32)', 'Leading numbers of emqx_version, comparable: [5, 8, 9]'),
    license_edition: column(
      'LowCardinality(String)',
      'Edition: community in 4.x and 5.0.0, opensource since, even where the enterprise edition runs',
    ),
    os_name: column('LowCardinality(String)', 'Operating system or distribution; empty when unknown'),
    os_family: column('LowCardinality(String)', 'linux, macos, windows, bsd or other; empty when unknown'),
    os_version: column(
      'LowCardinality(String)',
      'Version of the operating system, scrubbed free text; empty when unknown',
    ),
    os_version_parts: column('Array(UInt32)', 'Leading numbers of os_version, comparable'),
    otp_version: column('LowCardinality(String)', 'Erlang/OTP release the node runs on: 25; empty when unknown'),
    otp_version_parts: column('Array(UInt32)', 'Leading numbers of otp_version, comparable'),
    up_time_ms: column('Nullable(UInt64)', 'Time since the node started, milliseconds'),
    nodes_count: column('Nullable(UInt64)', 'Running nodes of the cluster with the reporting one; null when not sent'),
    plugins_count: column('Nullable(UInt64)', 'Active plugins; null when not sent'),
    modules_count: column('Nullable(UInt64)', 'Active modules; null since 5.0, which does not send them'),
    num_clients: column('Nullable(UInt64)', 'Connected clients; null when unknown'),
    num_cluster_sessions: column('Nullable(UInt64)', 'Sessions of the whole cluster; null before 5.6.0 or unknown'),
    messages_received: column('Nullable(UInt64)', 'Messages received since the node started'),
    messages_sent: column('Nullable(UInt64)', 'Messages sent since the node started'),
    build_arch: column('LowCardinality(String)', 'Architecture of the build: x86_64-pc-linux-gnu; empty when not sent'),
    build_os: column('LowCardinality(String)', 'Operating system of the build: el8; empty when not sent'),
    build_erlang: column('LowCardinality(String)', 'Erlang of the build: 25.3.2-2; empty when not sent'),
    build_erlang_parts: column('Array(UInt32)', 'Leading numbers of build_erlang, comparable'),
    build_elixir: column('LowCardinality(String)', 'Elixir of the build, or none; empty when not sent'),
    build_elixir_parts: column('Array(UInt32)', 'Leading numbers of build_elixir, comparable; empty for none'),
    build_relform: column('LowCardinality(String)', 'Package format: tgz, deb, docker; empty when not sent'),
    build_wordsize: column('Nullable(UInt64)', 'Word size of the build, bits; null when not sent'),
    vm_num_cpus: column('Nullable(UInt64)', 'Logical processors of the machine; null when unknown'),
    vm_total_memory_bytes: column('Nullable(UInt64)', 'Memory of the machine, bytes; null when unknown'),
    num_topics: column('Nullable(UInt64)', 'Topics with subscriptions; null when unknown'),
    messages_sent_rate: column(
      'Nullable(Float64)',
      'Messages sent since the last report, per millisecond of seven days: times 604800000 it is their number',
    ),
    messages_received_rate: column(
      'Nullable(Float64)',
      'Messages received since the last report, per millisecond of seven days: times 604800000 it is their number',
    ),
    topic_rewrite_rules: column('Nullable(UInt64)', 'Rules that rewrite topics; null when not sent'),
    delayed_messages: column('Nullable(UInt64)', 'Messages waiting for delayed publishing; null when not sent'),
    retained_messages: column('Nullable(UInt64)', 'Retained messages; null when not sent'),
    auto_subscribe_topics: column('Nullable(UInt64)', 'Automatic subscriptions; null when not sent'),
    authn_count: column('Nullable(UInt64)', 'Global authenticators in use; null when not sent'),
    authz_count: column('Nullable(UInt64)', 'Authorization sources in use; null when not sent'),
    authn_listeners: column(
      'Nullable(UInt64)',
      'Listeners with authenticators of their own; null when not sent, or when collecting it failed there',
    ),
    gateways_count: column('Nullable(UInt64)', 'Gateways in use; null when not sent'),
    gateway_clients: column('Nullable(UInt64)', 'Clients of all gateways, as far as known; null when not sent'),
    gateway_listeners: column('Nullable(UInt64)', 'Listeners of all gateways; null when not sent'),
    num_rules: column('Nullable(UInt64)', 'Rules of the rule engine; null when not sent'),
    num_data_bridges: column('Nullable(UInt64)', 'Data bridges; null when not sent'),
    bridge_types_count: column('Nullable(UInt64)', 'Different types of data bridge; null when not sent'),
    bridges_linked_by_rules: column('Nullable(UInt64)', 'Links from rules to data bridges; null when not sent'),
    num_exhook_servers: column('Nullable(UInt64)', 'Hook servers; null when not sent'),
    exhook_hooks: column('Nullable(UInt64)', 'Hooks that all hook servers registered; null when not sent'),
  }),
  emqx_nodes: table(
    'One row per running node of the cluster that a report names',
    {
      node_index: column('UInt32', 'Position, from 0: the reporting node comes first'),
      node_uuid: column('String', 'Id of the node: 33 to 36 characters, not always a UUID'),
      is_reporter: column('Bool', 'Whether this is the node that reported'),
    },
    ['node_index'],
  ),
  emqx_plugins: table(
    'One row per active plugin, and per active module of 4.x',
    {
      kind: column('LowCardinality(String)', 'plugin or module'),
      plugin_index: column('UInt32', 'Position among those of its kind, from 0'),
      name: column('LowCardinality(String)', 'Name of the plugin or module'),
      version: column('LowCardinality(String)', 'Version of the plugin; empty for 4.x and for modules'),
      version_parts: column('Array(UInt32)', 'Leading numbers of version, comparable'),
      as_sent: column('LowCardinality(String)', 'Text as sent: name-version, or the name alone'),
    },
    ['kind', 'plugin_index'],
  ),
  emqx_bridges: table(
    'One row per type of data bridge of a report',
    {
      bridge_index: column('UInt32', 'Position in the report, from 0'),
      type: column('LowCardinality(String)', 'Type of the data bridges: webhook'),
      num: column('Nullable(UInt64)', 'Data bridges of this type; null when unknown'),
      num_linked_by_rules: column('Nullable(UInt64)', 'Links from rules to bridges of this type; null when unknown'),
    },
    ['bridge_index'],
  ),
  emqx_authentication: table(
    'One row per authenticator, per authorization source and per authenticator of listeners',
    {
      part: column('LowCardinality(String)', 'authn, authz or authn_listener'),
      entry_index: column('UInt32', 'Position in its part, from 0'),
      type: column('LowCardinality(String)', 'Type as sent: password_based:redis, jwt, file'),
      mechanism: column('LowCardinality(String)', 'Mechanism of an authenticator: password_based; empty for authz'),
      backend: column('LowCardinality(String)', 'Where the data is: redis, file; empty where the mechanism needs none'),
      listeners: column('Nullable(UInt64)', 'Listeners with this authenticator; null for authn and authz, or unknown'),
    },
    ['part', 'entry_index'],
  ),
  emqx_gateways: table(
    'One row per gateway of a report',
    {
      gateway_index: column('UInt32', 'Position in the report, from 0'),
      name: column('LowCardinality(String)', 'Name of the gateway: coap, lwm2m, stomp'),
      authn: column('LowCardinality(String)', 'Authenticator of the gateway; empty when it has none'),
      num_clients: column('Nullable(UInt64)', 'Clients of the gateway; null when unknown'),
      listeners_count: column('Nullable(UInt64)', 'Listeners of the gateway; null when not sent'),
      listener_types: column('Array(LowCardinality(String))', 'Transport of each listener; empty text when unknown'),
      listener_authns: column(
        'Array(LowCardinality(String))',
        'Authenticator of each listener, in the order of listener_types; empty text for none',
      ),
    },
    ['gateway_index'],
  ),
  emqx_exhook_servers: table(
    'One row per hook server of a report',
    {
      server_index: column('UInt32', 'Position in the report, from 0'),
      driver: column('LowCardinality(String)', 'Protocol of the server: grpc; empty when unknown'),
      hooks: column('Array(String)', 'Hooks that the server registered: client.connect'),
    },
    ['server_index'],
  ),
};

/** How a report becomes rows. */
export const flatten: Flatteners<typeof contracts, typeof tables> = {
  'emqx.report': (report) => ({
    emqx_reports: [reportRow(report)],
    emqx_nodes: nodeRows(report),
    emqx_plugins: [...pluginRows('plugin', report.active_plugins), ...pluginRows('module', report.active_modules)],
    emqx_bridges: bridgeRows(report),
    emqx_authentication: authenticationRows(report),
    emqx_gateways: gatewayRows(report),
    emqx_exhook_servers: exhookServerRows(report),
  }),
};
