import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf } from '#protocol/errors.ts';
import { transportErrors } from './errors.ts';

/** Each certificate or key is a path of a PEM file, or the PEM text itself. */
export interface TlsOptions {
  /** Certificate authorities to trust instead of the system's. */
  readonly trustCacerts?: string | null;
  readonly clientCert?: string | null;
  readonly clientKey?: string | null;
  readonly clientKeyPassword?: string | null;
}

function pem(option: string, value: string): string {
  if (value.includes('-----BEGIN ')) return value;
  try {
    return readFileSync(value, 'utf8');
  } catch (cause) {
    throw transportErrors.BAD_CERTIFICATE(`${option}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * What `node:tls` needs, TLS 1.2 at least. Everything is read and tried at once, so that a wrong
 * password is an error at start and not at the first message.
 * Throws `WEIR_TRANSPORT_BAD_CERTIFICATE`.
 */
export function tlsConnectionOptions(options: TlsOptions): SecureContextOptions {
  const { trustCacerts, clientCert, clientKey, clientKeyPassword } = options;
  if ((clientCert == null) !== (clientKey == null)) {
    throw transportErrors.BAD_CERTIFICATE('client_cert and client_key belong together');
  }
  const secure: SecureContextOptions = {
    minVersion: 'TLSv1.2',
    ...(trustCacerts == null ? {} : { ca: pem('trust_cacerts', trustCacerts) }),
    ...(clientCert == null ? {} : { cert: pem('client_cert', clientCert) }),
    ...(clientKey == null ? {} : { key: pem('client_key', clientKey) }),
    ...(clientKeyPassword == null ? {} : { passphrase: clientKeyPassword }),
  };
  try {
    if (secure.ca !== undefined) new X509Certificate(secure.ca as string); // else quietly ignored
    createSecureContext(secure);
  } catch (cause) {
    throw transportErrors.BAD_CERTIFICATE(
      `trust_cacerts, client_cert or client_key: ${messageOf(cause)}`,
      { cause },
    );
  }
  return secure;
}
