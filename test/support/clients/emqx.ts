/** A report of 5.8. */
export const REPORT =
  '{"emqx_version":"5.8.9","license":{"edition":"opensource"},"os_name":"Debian GNU/Linux","os_version":"12","otp_version":"26",' +
  '"up_time":10050,"uuid":"A0F8C6D2-B1E1-11F0-B3F4-2B6E0F6B1C2","cluster_uuid":"A0F8C6D3-B1E1-11F0-9A7E-D9F6A3C5E7B1",' +
  '"nodes_uuid":[],"active_plugins":[],"num_clients":0,"messages_received":0,"messages_sent":0,"build_info":{},' +
  '"vm_specs":{"num_cpus":"unknown","total_memory":8123456789},"authn_authz":{"authn":[],"authn_listener":[],"authz":["file"]}}';

/** The head that Erlang's httpc sends. */
export const lines = [
  'POST /api/telemetry HTTP/1.1',
  'content-type: application/json',
  `content-length: ${REPORT.length}`,
  'te: ',
  'host: telemetry.emqx.io',
  'connection: keep-alive',
];
