CREATE TABLE IF NOT EXISTS candor.emqx_reports
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    node_uuid String COMMENT 'Id of the node that reported: 33 to 36 characters, not always a UUID' CODEC(ZSTD(1)),
    cluster_uuid String COMMENT 'Id of the cluster, of the same form; empty for 4.x' CODEC(ZSTD(1)),
    emqx_version LowCardinality(String) COMMENT 'Version of EMQX as sent; empty when unknown' CODEC(ZSTD(1)),
    emqx_version_parts Array(UInt32) COMMENT 'Leading numbers of emqx_version, comparable: [5, 8, 9]' CODEC(ZSTD(1)),
    license_edition LowCardinality(String) COMMENT 'Edition: community in 4.x and 5.0.0, opensource since, even where the enterprise edition runs' CODEC(ZSTD(1)),
    os_name LowCardinality(String) COMMENT 'Operating system or distribution; empty when unknown' CODEC(ZSTD(1)),
    os_family LowCardinality(String) COMMENT 'linux, macos, windows, bsd or other; empty when unknown' CODEC(ZSTD(1)),
    os_version LowCardinality(String) COMMENT 'Version of the operating system, scrubbed free text; empty when unknown' CODEC(ZSTD(1)),
    os_version_parts Array(UInt32) COMMENT 'Leading numbers of os_version, comparable' CODEC(ZSTD(1)),
    otp_version LowCardinality(String) COMMENT 'Erlang/OTP release the node runs on: 25; empty when unknown' CODEC(ZSTD(1)),
    otp_version_parts Array(UInt32) COMMENT 'Leading numbers of otp_version, comparable' CODEC(ZSTD(1)),
    up_time_ms Nullable(UInt64) COMMENT 'Time since the node started, milliseconds' CODEC(ZSTD(1)),
    nodes_count Nullable(UInt64) COMMENT 'Running nodes of the cluster with the reporting one; null when not sent' CODEC(ZSTD(1)),
    plugins_count Nullable(UInt64) COMMENT 'Active plugins; null when not sent' CODEC(ZSTD(1)),
    modules_count Nullable(UInt64) COMMENT 'Active modules; null since 5.0, which does not send them' CODEC(ZSTD(1)),
    num_clients Nullable(UInt64) COMMENT 'Connected clients; null when unknown' CODEC(ZSTD(1)),
    num_cluster_sessions Nullable(UInt64) COMMENT 'Sessions of the whole cluster; null before 5.6.0 or unknown' CODEC(ZSTD(1)),
    messages_received Nullable(UInt64) COMMENT 'Messages received since the node started' CODEC(ZSTD(1)),
    messages_sent Nullable(UInt64) COMMENT 'Messages sent since the node started' CODEC(ZSTD(1)),
    build_arch LowCardinality(String) COMMENT 'Architecture of the build: x86_64-pc-linux-gnu; empty when not sent' CODEC(ZSTD(1)),
    build_os LowCardinality(String) COMMENT 'Operating system of the build: el8; empty when not sent' CODEC(ZSTD(1)),
    build_erlang LowCardinality(String) COMMENT 'Erlang of the build: 25.3.2-2; empty when not sent' CODEC(ZSTD(1)),
    build_erlang_parts Array(UInt32) COMMENT 'Leading numbers of build_erlang, comparable' CODEC(ZSTD(1)),
    build_elixir LowCardinality(String) COMMENT 'Elixir of the build, or none; empty when not sent' CODEC(ZSTD(1)),
    build_elixir_parts Array(UInt32) COMMENT 'Leading numbers of build_elixir, comparable; empty for none' CODEC(ZSTD(1)),
    build_relform LowCardinality(String) COMMENT 'Package format: tgz, deb, docker; empty when not sent' CODEC(ZSTD(1)),
    build_wordsize Nullable(UInt64) COMMENT 'Word size of the build, bits; null when not sent' CODEC(ZSTD(1)),
    vm_num_cpus Nullable(UInt64) COMMENT 'Logical processors of the machine; null when unknown' CODEC(ZSTD(1)),
    vm_total_memory_bytes Nullable(UInt64) COMMENT 'Memory of the machine, bytes; null when unknown' CODEC(ZSTD(1)),
    num_topics Nullable(UInt64) COMMENT 'Topics with subscriptions; null when unknown' CODEC(ZSTD(1)),
    messages_sent_rate Nullable(Float64) COMMENT 'Messages sent since the last report, per millisecond of seven days: times 604800000 it is their number' CODEC(ZSTD(1)),
    messages_received_rate Nullable(Float64) COMMENT 'Messages received since the last report, per millisecond of seven days: times 604800000 it is their number' CODEC(ZSTD(1)),
    topic_rewrite_rules Nullable(UInt64) COMMENT 'Rules that rewrite topics; null when not sent' CODEC(ZSTD(1)),
    delayed_messages Nullable(UInt64) COMMENT 'Messages waiting for delayed publishing; null when not sent' CODEC(ZSTD(1)),
    retained_messages Nullable(UInt64) COMMENT 'Retained messages; null when not sent' CODEC(ZSTD(1)),
    auto_subscribe_topics Nullable(UInt64) COMMENT 'Automatic subscriptions; null when not sent' CODEC(ZSTD(1)),
    authn_count Nullable(UInt64) COMMENT 'Global authenticators in use; null when not sent' CODEC(ZSTD(1)),
    authz_count Nullable(UInt64) COMMENT 'Authorization sources in use; null when not sent' CODEC(ZSTD(1)),
    authn_listeners Nullable(UInt64) COMMENT 'Listeners with authenticators of their own; null when not sent, or when collecting it failed there' CODEC(ZSTD(1)),
    gateways_count Nullable(UInt64) COMMENT 'Gateways in use; null when not sent' CODEC(ZSTD(1)),
    gateway_clients Nullable(UInt64) COMMENT 'Clients of all gateways, as far as known; null when not sent' CODEC(ZSTD(1)),
    gateway_listeners Nullable(UInt64) COMMENT 'Listeners of all gateways; null when not sent' CODEC(ZSTD(1)),
    num_rules Nullable(UInt64) COMMENT 'Rules of the rule engine; null when not sent' CODEC(ZSTD(1)),
    num_data_bridges Nullable(UInt64) COMMENT 'Data bridges; null when not sent' CODEC(ZSTD(1)),
    bridge_types_count Nullable(UInt64) COMMENT 'Different types of data bridge; null when not sent' CODEC(ZSTD(1)),
    bridges_linked_by_rules Nullable(UInt64) COMMENT 'Links from rules to data bridges; null when not sent' CODEC(ZSTD(1)),
    num_exhook_servers Nullable(UInt64) COMMENT 'Hook servers; null when not sent' CODEC(ZSTD(1)),
    exhook_hooks Nullable(UInt64) COMMENT 'Hooks that all hook servers registered; null when not sent' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per report of an EMQX node';

CREATE TABLE IF NOT EXISTS candor.emqx_nodes
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    node_index UInt32 COMMENT 'Position, from 0: the reporting node comes first' CODEC(ZSTD(1)),
    node_uuid String COMMENT 'Id of the node: 33 to 36 characters, not always a UUID' CODEC(ZSTD(1)),
    is_reporter Bool COMMENT 'Whether this is the node that reported' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, node_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per running node of the cluster that a report names';

CREATE TABLE IF NOT EXISTS candor.emqx_plugins
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    kind LowCardinality(String) COMMENT 'plugin or module' CODEC(ZSTD(1)),
    plugin_index UInt32 COMMENT 'Position among those of its kind, from 0' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Name of the plugin or module' CODEC(ZSTD(1)),
    version LowCardinality(String) COMMENT 'Version of the plugin; empty for 4.x and for modules' CODEC(ZSTD(1)),
    version_parts Array(UInt32) COMMENT 'Leading numbers of version, comparable' CODEC(ZSTD(1)),
    as_sent LowCardinality(String) COMMENT 'Text as sent: name-version, or the name alone' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, kind, plugin_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per active plugin, and per active module of 4.x';

CREATE TABLE IF NOT EXISTS candor.emqx_bridges
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    bridge_index UInt32 COMMENT 'Position in the report, from 0' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type of the data bridges: webhook' CODEC(ZSTD(1)),
    num Nullable(UInt64) COMMENT 'Data bridges of this type; null when unknown' CODEC(ZSTD(1)),
    num_linked_by_rules Nullable(UInt64) COMMENT 'Links from rules to bridges of this type; null when unknown' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, bridge_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per type of data bridge of a report';

CREATE TABLE IF NOT EXISTS candor.emqx_authentication
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    part LowCardinality(String) COMMENT 'authn, authz or authn_listener' CODEC(ZSTD(1)),
    entry_index UInt32 COMMENT 'Position in its part, from 0' CODEC(ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type as sent: password_based:redis, jwt, file' CODEC(ZSTD(1)),
    mechanism LowCardinality(String) COMMENT 'Mechanism of an authenticator: password_based; empty for authz' CODEC(ZSTD(1)),
    backend LowCardinality(String) COMMENT 'Where the data is: redis, file; empty where the mechanism needs none' CODEC(ZSTD(1)),
    listeners Nullable(UInt64) COMMENT 'Listeners with this authenticator; null for authn and authz, or unknown' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, part, entry_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per authenticator, per authorization source and per authenticator of listeners';

CREATE TABLE IF NOT EXISTS candor.emqx_gateways
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    gateway_index UInt32 COMMENT 'Position in the report, from 0' CODEC(ZSTD(1)),
    name LowCardinality(String) COMMENT 'Name of the gateway: coap, lwm2m, stomp' CODEC(ZSTD(1)),
    authn LowCardinality(String) COMMENT 'Authenticator of the gateway; empty when it has none' CODEC(ZSTD(1)),
    num_clients Nullable(UInt64) COMMENT 'Clients of the gateway; null when unknown' CODEC(ZSTD(1)),
    listeners_count Nullable(UInt64) COMMENT 'Listeners of the gateway; null when not sent' CODEC(ZSTD(1)),
    listener_types Array(LowCardinality(String)) COMMENT 'Transport of each listener; empty text when unknown' CODEC(ZSTD(1)),
    listener_authns Array(LowCardinality(String)) COMMENT 'Authenticator of each listener, in the order of listener_types; empty text for none' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, gateway_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per gateway of a report';

CREATE TABLE IF NOT EXISTS candor.emqx_exhook_servers
(
    event_id UUID COMMENT 'Random id of the event, given by the edge; the same in all rows of one report' CODEC(ZSTD(1)),
    product LowCardinality(String) COMMENT 'Product that reported' CODEC(ZSTD(1)),
    installation_id String COMMENT 'Random id of the installation as the product sends it; empty when it sent none' CODEC(ZSTD(1)),
    received_at DateTime64(3, 'UTC') COMMENT 'When the edge received the report, UTC' CODEC(Delta(8), ZSTD(1)),
    country LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 code of the place the report came from; empty when unknown' CODEC(ZSTD(1)),
    geo_build Nullable(Date) COMMENT 'Build date of the place database that gave the country; null when the address was unknown' CODEC(ZSTD(1)),
    _generation LowCardinality(String) COMMENT 'Lineage: name of the raw log that gave partition and offset' CODEC(ZSTD(1)),
    _partition UInt16 COMMENT 'Lineage: partition of the event in the raw log' CODEC(ZSTD(1)),
    _offset UInt64 COMMENT 'Lineage: offset of the event in its partition of the raw log' CODEC(Delta(8), ZSTD(1)),
    server_index UInt32 COMMENT 'Position in the report, from 0' CODEC(ZSTD(1)),
    driver LowCardinality(String) COMMENT 'Protocol of the server: grpc; empty when unknown' CODEC(ZSTD(1)),
    hooks Array(String) COMMENT 'Hooks that the server registered: client.connect' CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (toDate(received_at), installation_id, received_at, event_id, server_index)
TTL toDateTime(received_at) + INTERVAL 1095 DAY
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'One row per hook server of a report';
