/** What the program says about TLS, as the platform wants it. */
import type { ConnectionOptions, TlsOptions } from "node:tls";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { unfit } from "../kernel/unfit.js";

/** Options of a TLS connection: `true` takes the defaults; certificates, ALPN and more are Node's own options. */
export type Tls = boolean | ConnectionOptions;

export interface TlsSettings {
  /** Encrypts. `true`, or Node's options: `ca`, `cert`, `key`, `ALPNProtocols`, `rejectUnauthorized`, `secureContext`, … */
  readonly tls?: Tls | undefined;
  /** The name that the certificate must have, and that is sent to the server (SNI). Default: the host. */
  readonly serverHostname?: string | undefined;
  /** The time for the handshake. Default: 60 seconds. */
  readonly tlsHandshakeTimeout?: Duration | undefined;
}

const HANDSHAKE_TIMEOUT: Duration = "60s";

/** @throws TypeError where it is not above 0 */
export function handshakeTimeout(timeout: Duration = HANDSHAKE_TIMEOUT): number {
  const limit = milliseconds(timeout);
  if (limit <= 0) throw unfit("tlsHandshakeTimeout is a time above 0", timeout);
  return limit;
}

/** Node's options for the client side. */
export function clientOptions(tls: unknown, host: string | undefined, serverHostname?: string): ConnectionOptions {
  const options = tlsObject(tls);
  const servername = serverHostname ?? options.servername ?? host;
  // An address is no name: SNI forbids it.
  return {
    ...options,
    ...(servername === undefined || isAddress(servername) ? {} : { servername }),
    ...(host ? { host } : {}),
  };
}

/** Node's options for the server side. */
export function serverOptions(tls: unknown): TlsOptions {
  const options = tlsObject(tls) as TlsOptions;
  const known = ["cert", "key", "pfx", "secureContext", "SNICallback"] as const;
  if (!known.some((name) => (options as Record<string, unknown>)[name] !== undefined))
    throw unfit("a TLS server needs a certificate: tls: { cert, key }", tls);
  return options;
}

function tlsObject(tls: unknown): ConnectionOptions {
  if (tls === true) return {};
  if (typeof tls === "object" && tls !== null) return tls;
  throw unfit("tls is true or an object of options", tls);
}

function isAddress(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}
