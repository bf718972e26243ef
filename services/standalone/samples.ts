/** A small report of each product, for the lines that a newcomer copies. */
export const SAMPLES: Readonly<Record<string, object>> = {
  sonarqube: {
    id: '1F3A77C2-AZkq3vTnQ0hWb8sLxY2d',
    version: '10.7.0.96327',
    messageSequenceNumber: 1,
    edition: 'community',
    database: { name: 'PostgreSQL', version: '16.4' },
    plugins: [{ name: 'java', version: '8.6.0.37351' }],
    projects: [{ projectUuid: 'p1', language: 'java', loc: 48211 }],
  },
  cloudquery: {
    cookie: '7b0e9f8e-60b4-4a0b-9c0e-3c8d1f1f2a51',
    operation: 'fetch',
    version: '0.20.0',
    success: true,
    duration_ms: 8123,
    providers: [{ name: 'aws', version: 'v0.10.4' }],
  },
  hasura: {
    topic: 'cli',
    data: {
      uuid: '0d1c8d3e-52ab-4c6e-8c0b-0f4b8f9d2c11',
      execution_id: '5a1d2f7e-9d0a-4b60-a1a4-6a3f0f2f7b52',
      version: 'v2.48.0',
      command: 'hasura metadata apply',
      is_error: false,
      os_platform: 'linux',
      os_arch: 'amd64',
    },
  },
  'dependency-track': {
    system_id: '3c1f0f52-7a55-4f0e-9d5e-6b1f5f6f2a10',
    dt_version: '4.13.2',
    db_type: 'PostgreSQL',
    db_version: '15.10',
  },
  emqx: {
    emqx_version: '5.8.9',
    license: { edition: 'opensource' },
    uuid: '7A11C0D2-8B1F-11EF-9E7D-4B6D0A5C93F1',
    cluster_uuid: '7A11C2F8-8B1F-11EF-8C22-91D3F07A6E14',
    num_clients: 1200,
    active_plugins: [],
  },
};
