import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf, StartError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';

/** Where a certificate and its key are: PEM files. */
export interface CertificateFiles {
  /** The certificate, and behind it those that lead to an authority. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate with its key, as `node:tls` takes it. */
export type Certificate = Required<Pick<SecureContextOptions, 'cert' | 'key' | 'minVersion'>>;

/** Time between two looks at the files: certificates are renewed days before their end. */
const RELOAD_INTERVAL_MS = 60_000;

/** The files that are configured, if any. @throws StartError when only one of the two is. */
export const certificateFiles = (cert: string | undefined, key: string | undefined): CertificateFiles | undefined => {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new StartError('TLS needs both EDGE_TLS_CERT_FILE and EDGE_TLS_KEY_FILE');
  return { cert, key };
};

/** @throws Error when a file can't be read, or the two don't belong together. */
const read = async (files: CertificateFiles): Promise<Certificate> => {
  const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')]);
  createSecureContext({ cert, key });
  return { cert, key, minVersion: 'TLSv1.2' };
};

/**
 * Reads a certificate.
 *
 * @throws StartError when it can't be used.
 */
export const readCertificate = (files: CertificateFiles): Promise<Certificate> =>
  read(files).catch((error: unknown) => {
    throw new StartError(`the certificate ${files.cert} with the key ${files.key} can't be used: ${messageOf(error)}`);
  });

/**
 * Uses a renewed certificate for the connections that come then. As long as what is in the files can't be used, such as between
 * the writing of the two, the one before it stays.
 *
 * @returns What ends it.
 */
export const keepRenewed = (
  files: CertificateFiles,
  first: Certificate,
  use: (certificate: Certificate) => void,
  logger: Logger,
): (() => void) => {
  let current = first;
  const look = async (): Promise<void> => {
    const next = await read(files);
    if (next.cert === current.cert && next.key === current.key) return;
    use(next);
    current = next;
    logger.info('the certificate has been renewed');
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => logger.error({ err: error }, 'the renewed certificate can not be used'));
  }, RELOAD_INTERVAL_MS).unref();
  return () => clearInterval(timer);
};
