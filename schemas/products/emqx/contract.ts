import { z } from 'zod';
import {
  count,
  decimal,
  freeText,
  identifier,
  installationId,
  list,
  MAX_WORD_CHARS,
  version,
  word,
} from '../../pack/field.ts';
import { digestOf } from '../../pack/identity.ts';
import { contract } from '../../pack/pack.ts';
import { SHAPES } from '../../pack/shape.ts';

/** Most keys of one map: EMQX has some 10 gateways, 20 authenticators and 60 types of bridge. */
const MAX_KEYS = 1_000;

/** A count, or the Erlang atom sent in its place when the value is unknown: `"undefined"`, `"unknown"`. */
const countOrAtom = (fieldClass: 'configuration' | 'usage', purpose: string) =>
  z.union([count(purpose), word(fieldClass, purpose)]).nullish();

/** An object whose keys are names of a kind of thing. */
const byName = <S extends z.ZodType>(purpose: string, value: S) =>
  z.record(word('configuration', purpose), value).refine((entries) => Object.keys(entries).length <= MAX_KEYS);

const buildInfo = z.object({
  arch: word('configuration', 'Which processor architectures to build for').nullish(),
  os: word('configuration', 'Which operating systems to build for').nullish(),
  erlang: version('Which Erlang releases are in use').nullish(),
  elixir: version('Which Elixir releases are in use').nullish(),
  relform: word('configuration', 'Which package formats are in use').nullish(),
  wordsize: countOrAtom('configuration', 'Which processor architectures to build for'),
});

const gateway = z.object({
  authn: word('configuration', 'Use of authentication at gateways').nullish(),
  num_clients: countOrAtom('usage', 'Use of gateways'),
  listeners: list(
    z.object({
      type: word('configuration', 'Which transports gateways listen on').nullish(),
      authn: word('configuration', 'Use of authentication at gateway listeners').nullish(),
    }),
  ).nullish(),
});

const bridge = z.object({
  num: countOrAtom('usage', 'Use of data bridges'),
  num_linked_by_rules: countOrAtom('usage', 'Use of data bridges by rules'),
});

const exhookServer = z.object({
  driver: word('configuration', 'Use of hook servers').nullish(),
  hooks: list(word('configuration', 'Which hooks servers register', SHAPES.dotted)).nullish(),
});

/** What an EMQX node sends after its start and then once a week: 4.x stops at `messages_sent`, 5.0 added the rest. */
const report = z.object({
  emqx_version: version('Adoption of releases').nullish(),
  license: z.object({ edition: word('configuration', 'Adoption of editions').nullish() }).nullish(),
  os_name: freeText('Which operating systems to support', MAX_WORD_CHARS).nullish(),
  os_version: freeText('Which operating system versions to support').nullish(),
  otp_version: version('Which Erlang releases are in use').nullish(),
  up_time: countOrAtom('usage', 'Stability: how long nodes run'),
  uuid: installationId('Correlates the reports of one node over time'),
  cluster_uuid: identifier('Correlates the reports of the nodes of one cluster').nullish(),
  nodes_uuid: list(identifier('Size of clusters')).nullish(),
  // Plugins of one's own bear whatever name their authors gave them.
  active_plugins: list(freeText('Use of plugins', MAX_WORD_CHARS)).nullish(),
  active_modules: list(word('configuration', 'Use of modules')).nullish(),
  num_clients: countOrAtom('usage', 'Size of installations'),
  num_cluster_sessions: countOrAtom('usage', 'Size of clusters'),
  messages_received: countOrAtom('usage', 'Load of installations'),
  messages_sent: countOrAtom('usage', 'Load of installations'),
  build_info: buildInfo.nullish(),
  vm_specs: z
    .object({
      num_cpus: countOrAtom('configuration', 'Hardware that EMQX runs on'),
      total_memory: countOrAtom('configuration', 'Hardware that EMQX runs on'),
    })
    .nullish(),
  mqtt_runtime_insights: z
    .object({
      num_topics: countOrAtom('usage', 'Size of installations'),
      messages_sent_rate: decimal('usage', 'Load of installations').nullish(),
      messages_received_rate: decimal('usage', 'Load of installations').nullish(),
    })
    .nullish(),
  advanced_mqtt_features: z
    .object({
      topic_rewrite: countOrAtom('usage', 'Use of topic rewriting'),
      delayed: countOrAtom('usage', 'Use of delayed publishing'),
      retained: countOrAtom('usage', 'Use of retained messages'),
      auto_subscribe: countOrAtom('usage', 'Use of automatic subscription'),
    })
    .nullish(),
  authn_authz: z
    .object({
      authn: list(word('configuration', 'Use of authentication')).nullish(),
      authn_listener: z
        .union([
          byName('Use of authentication at listeners', countOrAtom('usage', 'Use of authentication at listeners')),
          list(word('configuration', 'Stands in for the object when collecting it failed: always empty')).max(0),
        ])
        .nullish(),
      authz: list(word('configuration', 'Use of authorization')).nullish(),
    })
    .nullish(),
  gateway: byName('Use of gateways', gateway).nullish(),
  rule_engine: z.object({ num_rules: countOrAtom('usage', 'Use of the rule engine') }).nullish(),
  bridge: z
    .object({
      num_data_bridges: countOrAtom('usage', 'Use of data bridges'),
      data_bridge: byName('Use of data bridges', bridge).nullish(),
    })
    .nullish(),
  exhook: z
    .object({
      num_servers: countOrAtom('usage', 'Use of hook servers'),
      servers: list(exhookServer).nullish(),
    })
    .nullish(),
});

type Report = z.output<typeof report>;

/** A report that is sent again is the same to the byte; any other has another `up_time`, which is in milliseconds. */
const identity = (document: Report): string | null =>
  typeof document.up_time === 'number' ? `${document.uuid}:${digestOf(document)}` : null;

/** What an EMQX node may send. */
export const contracts = {
  'emqx.report': contract(report, (document) => document.cluster_uuid || document.uuid, identity),
};
