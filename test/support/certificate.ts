import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type DescribeWhenAvailable, requirement } from './requirements.ts';

/** Suites that need certificates. */
export const describeWithOpenssl: DescribeWhenAvailable = requirement(
  'openssl',
  spawnSync('openssl', ['version']).status === 0,
  'apt-get install openssl',
);

/** A new certificate for itself, with its key, in files of `folder`. */
export const makeCertificate = (folder: string, name: string): { readonly cert: string; readonly key: string } => {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-days', '2'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert, key };
};
