import type { z } from 'zod';
import { osFamily, versionParts } from '../../pack/derive.ts';
import type { RowOf } from '../../pack/table.ts';
import type { contracts } from './contract.ts';
import { knownCount, knownText, total } from './known.ts';
import type { tables } from './tables.ts';

type Report = z.output<(typeof contracts)['emqx.report']['schema']>;
type Row<Name extends keyof typeof tables> = RowOf<(typeof tables)[Name]['columns']>;

/** Listeners by authenticator; null when not sent, or when an empty array says that collecting failed. */
const authnListeners = (report: Report) => {
  const listeners = report.authn_authz?.authn_listener;
  return listeners && !Array.isArray(listeners) ? listeners : null;
};

/** The row of the report itself. */
export const reportRow = (report: Report): Row<'emqx_reports'> => {
  const { build_info, vm_specs, mqtt_runtime_insights, advanced_mqtt_features, authn_authz, exhook } = report;
  const emqxVersion = knownText(report.emqx_version);
  const osName = knownText(report.os_name);
  const osVersion = knownText(report.os_version);
  const otpVersion = knownText(report.otp_version);
  const erlang = knownText(build_info?.erlang);
  const elixir = knownText(build_info?.elixir);
  const listeners = authnListeners(report);
  const gateways = report.gateway ? Object.values(report.gateway) : null;
  const bridges = report.bridge?.data_bridge ? Object.values(report.bridge.data_bridge) : null;
  return {
    node_uuid: report.uuid,
    cluster_uuid: report.cluster_uuid ?? '',
    emqx_version: emqxVersion,
    emqx_version_parts: versionParts(emqxVersion),
    license_edition: knownText(report.license?.edition),
    os_name: osName,
    os_family: osFamily(osName),
    os_version: osVersion,
    os_version_parts: versionParts(osVersion),
    otp_version: otpVersion,
    otp_version_parts: versionParts(otpVersion),
    up_time_ms: knownCount(report.up_time),
    nodes_count: report.nodes_uuid ? report.nodes_uuid.length + 1 : null,
    plugins_count: report.active_plugins?.length ?? null,
    modules_count: report.active_modules?.length ?? null,
    num_clients: knownCount(report.num_clients),
    num_cluster_sessions: knownCount(report.num_cluster_sessions),
    messages_received: knownCount(report.messages_received),
    messages_sent: knownCount(report.messages_sent),
    build_arch: knownText(build_info?.arch),
    build_os: knownText(build_info?.os),
    build_erlang: erlang,
    build_erlang_parts: versionParts(erlang),
    build_elixir: elixir,
    build_elixir_parts: versionParts(elixir),
    build_relform: knownText(build_info?.relform),
    build_wordsize: knownCount(build_info?.wordsize),
    vm_num_cpus: knownCount(vm_specs?.num_cpus),
    vm_total_memory_bytes: knownCount(vm_specs?.total_memory),
    num_topics: knownCount(mqtt_runtime_insights?.num_topics),
    messages_sent_rate: mqtt_runtime_insights?.messages_sent_rate ?? null,
    messages_received_rate: mqtt_runtime_insights?.messages_received_rate ?? null,
    topic_rewrite_rules: knownCount(advanced_mqtt_features?.topic_rewrite),
    delayed_messages: knownCount(advanced_mqtt_features?.delayed),
    retained_messages: knownCount(advanced_mqtt_features?.retained),
    auto_subscribe_topics: knownCount(advanced_mqtt_features?.auto_subscribe),
    authn_count: authn_authz?.authn?.length ?? null,
    authz_count: authn_authz?.authz?.length ?? null,
    authn_listeners: listeners && total(Object.values(listeners)),
    gateways_count: gateways?.length ?? null,
    gateway_clients: gateways && total(gateways.map((gateway) => gateway.num_clients)),
    gateway_listeners: gateways && total(gateways.map((gateway) => gateway.listeners?.length)),
    num_rules: knownCount(report.rule_engine?.num_rules),
    num_data_bridges: knownCount(report.bridge?.num_data_bridges),
    bridge_types_count: bridges?.length ?? null,
    bridges_linked_by_rules: bridges && total(bridges.map((bridge) => bridge.num_linked_by_rules)),
    num_exhook_servers: knownCount(exhook?.num_servers),
    exhook_hooks: exhook?.servers ? total(exhook.servers.map((server) => server.hooks?.length)) : null,
  };
};

/** The reporting node, then the others that it names. */
export const nodeRows = (report: Report): Row<'emqx_nodes'>[] =>
  [report.uuid, ...(report.nodes_uuid ?? [])].map((uuid, index) => ({
    node_index: index,
    node_uuid: uuid,
    is_reporter: index === 0,
  }));

/** Plugins or modules. A name is an Erlang application's and holds no dash, so the first one begins the version. */
export const pluginRows = (kind: string, entries: readonly string[] | null | undefined): Row<'emqx_plugins'>[] =>
  (entries ?? []).map((entry, index) => {
    const dash = entry.indexOf('-');
    const version = dash < 0 ? '' : entry.slice(dash + 1);
    return {
      kind,
      plugin_index: index,
      name: dash < 0 ? entry : entry.slice(0, dash),
      version,
      version_parts: versionParts(version),
      as_sent: entry,
    };
  });

/** Data bridges by type. */
export const bridgeRows = (report: Report): Row<'emqx_bridges'>[] =>
  Object.entries(report.bridge?.data_bridge ?? {}).map(([type, bridge], index) => ({
    bridge_index: index,
    type,
    num: knownCount(bridge.num),
    num_linked_by_rules: knownCount(bridge.num_linked_by_rules),
  }));

const authenticatorRow = (part: string, type: string, index: number, listeners: number | null) => {
  const [mechanism = '', backend = ''] = type.split(':', 2);
  return { part, entry_index: index, type, mechanism, backend, listeners };
};

/** Authenticators, authorization sources and the authenticators of listeners. */
export const authenticationRows = (report: Report): Row<'emqx_authentication'>[] => [
  ...(report.authn_authz?.authn ?? []).map((type, index) => authenticatorRow('authn', type, index, null)),
  ...(report.authn_authz?.authz ?? []).map((type, index) => ({
    part: 'authz',
    entry_index: index,
    type,
    mechanism: '',
    backend: type,
    listeners: null,
  })),
  ...Object.entries(authnListeners(report) ?? {}).map(([type, listeners], index) =>
    authenticatorRow('authn_listener', type, index, knownCount(listeners)),
  ),
];

/** Gateways by name. */
export const gatewayRows = (report: Report): Row<'emqx_gateways'>[] =>
  Object.entries(report.gateway ?? {}).map(([name, gateway], index) => ({
    gateway_index: index,
    name,
    authn: knownText(gateway.authn),
    num_clients: knownCount(gateway.num_clients),
    listeners_count: gateway.listeners?.length ?? null,
    listener_types: (gateway.listeners ?? []).map((listener) => knownText(listener.type)),
    listener_authns: (gateway.listeners ?? []).map((listener) => knownText(listener.authn)),
  }));

/** Hook servers. */
export const exhookServerRows = (report: Report): Row<'emqx_exhook_servers'>[] =>
  (report.exhook?.servers ?? []).map((server, index) => ({
    server_index: index,
    driver: knownText(server.driver),
    hooks: server.hooks ?? [],
  }));
