import { batchContract } from './contract/batch.ts';
import { operationContract } from './contract/operation.ts';

/** What the `cloudquery` binary may send. The spans of OTLP are made an operation before they come here. */
export const contracts = {
  'cloudquery.operation': operationContract,
  'cloudquery.batch': batchContract,
};
