import { isObject, type Wire } from '../../pack/pack.ts';

/** Operations arrive as documents of this project's own shape, through the door that all products share. */
export const wire: Wire = {
  endpoints: [],
  classify: (document) => (isObject(document) ? { kind: 'cloudquery.operation', document } : undefined),
};
