import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
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
  if (isPem(value)) return value;
  try {
    return readFileSync(value, 'utf8');
  } catch (cause) {
    throw transportErrors.BAD_CERTIFICATE(`${option}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Certificates as they are now: files that have changed are read again, so that those that run out
 * can be replaced while everything goes on. What can't be used, as a file that is just being
 * written, is not taken: the one before stays, and the next connection looks again.
 */
export class TlsFiles {
  readonly #options: TlsOptions;
  readonly #paths: readonly string[];
  #secure: SecureContextOptions;
  #seen: string;

  /** Throws `WEIR_TRANSPORT_BAD_CERTIFICATE`. */
  constructor(options: TlsOptions) {
    this.#options = options;
    const { trustCacerts, clientCert, clientKey } = options;
    this.#paths = [trustCacerts, clientCert, clientKey].filter(
      (value): value is string => value != null && !isPem(value),
    );
    this.#seen = this.#look();
    this.#secure = tlsConnectionOptions(options);
  }

  /** The same object until a file has changed. */
  current(): SecureContextOptions {
    const seen = this.#look();
    if (seen === this.#seen) return this.#secure;
    try {
      this.#secure = tlsConnectionOptions(this.#options);
      this.#seen = seen;
    } catch {
      // As said above: the old ones go on.
    }
    return this.#secure;
  }

  #look(): string {
    return this.#paths
      .map((path) => {
        const stat = statSync(path, { throwIfNoEntry: false });
        return `${stat?.ino} ${stat?.mtimeMs} ${stat?.size}`;
      })
      .join(', ');
  }
}

function isPem(value: string): boolean {
  return value.includes('-----BEGIN ');
}

/**
 * What `node:tls` needs, TLS 1.2 at least. Everything is read and tried at once, so that a wrong
 * password is an error at start and not at the first message.
 * Throws `WEIR_TRANSPORT_BAD_CERTIFICATE`.
 */
function tlsConnectionOptions(options: TlsOptions): SecureContextOptions {
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
