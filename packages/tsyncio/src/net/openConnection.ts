/** Connecting to a server. */
import { connect, type LookupFunction, type Socket, type TcpNetConnectOpts } from "node:net";
import { connect as connectTls } from "node:tls";
import { withTimeout } from "../concurrency/withTimeout.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { ExceptionGroup } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot } from "../kernel/scheduler.js";
import { type Captured, captureLine } from "../kernel/stackLine.js";
import { unfit } from "../kernel/unfit.js";
import { happened } from "../streams/happened.js";
import { connectionLost } from "../streams/streamErrors.js";
import { checkPort } from "./checkPort.js";
import { type Connection, connection } from "./connection.js";
import { clientOptions, handshakeTimeout, type TlsSettings } from "./tlsOptions.js";

/** Options of {@link openUnixConnection}. */
export interface UnixConnectionOptions extends TlsSettings {
  /** Bytes: no line may be longer; reading stops where twice as much waits to be read. Default: 64 KiB. */
  readonly limit?: number | undefined;
}

/** Options of {@link openConnection}. */
export interface ConnectionOptions extends UnixConnectionOptions {
  /** 4 or 6: addresses of this family alone. Default: both. */
  readonly family?: 4 | 6 | undefined;
  /** The address, and the port, from which to connect. */
  readonly localAddr?: readonly [host: string, port?: number] | undefined;
  /** After this time without an answer the next address is tried as well (RFC 8305). Default: 250 ms; Infinity: one after another. */
  readonly happyEyeballsDelay?: Duration | undefined;
  /** Where no address answers: an `ExceptionGroup` of all errors, in place of one that names them. */
  readonly allErrors?: boolean | undefined;
  /** Resolves the name, in place of the system; as in Node. */
  readonly lookup?: LookupFunction | undefined;
  /** Sends small pieces at once. Default: true, as in asyncio. */
  readonly noDelay?: boolean | undefined;
}

/**
 * Connects by TCP, and with `tls` by TLS (source: `asyncio.open_connection`). Where it is cancelled, nothing stays open.
 *
 * @throws what the platform says: `ECONNREFUSED`, `ENOTFOUND`, a certificate that does not fit, …
 * @throws TimeoutError where the TLS handshake takes too long
 * @example
 * ```ts
 * const [reader, writer] = await openConnection("example.org", 443, { tls: true });
 * await using _ = writer;
 * writer.write("HEAD / HTTP/1.0\r\nHost: example.org\r\n\r\n");
 * for await (const line of reader.lines()) console.log(line);
 * ```
 */
export function openConnection(host: string, port: number, options: ConnectionOptions = {}): Coroutine<Connection> {
  if (typeof host !== "string") throw unfit("a host is a name or an address", host);
  checkPort(port);
  const { family, localAddr, lookup, happyEyeballsDelay = 250, noDelay = true } = options;
  const delay = milliseconds(happyEyeballsDelay);
  const target: TcpNetConnectOpts = {
    host,
    port,
    noDelay,
    family: family ?? 0,
    autoSelectFamily: family === undefined,
    // Node takes no less than 10 ms.
    autoSelectFamilyAttemptTimeout: Math.min(Math.max(delay, 10), 2 ** 31 - 1),
    ...(lookup && { lookup }),
    ...(localAddr && { localAddress: localAddr[0], localPort: localAddr[1] ?? 0 }),
  };
  const made = () => connect({ ...target, allowHalfOpen: true });
  return open(made, `${host.includes(":") ? `[${host}]` : host}:${port}`, host, options, openConnection);
}

/**
 * Connects to a Unix socket, or on Windows to a named pipe (source: `asyncio.open_unix_connection`).
 *
 * @throws what the platform says: `ENOENT`, `ECONNREFUSED`, …
 */
export function openUnixConnection(path: string, options: UnixConnectionOptions = {}): Coroutine<Connection> {
  if (typeof path !== "string" || path === "") throw unfit("a path is text", path);
  return open(() => connect({ path, allowHalfOpen: true }), path, undefined, options, openUnixConnection);
}

function open(
  dial: () => Socket,
  name: string,
  host: string | undefined,
  options: ConnectionOptions,
  above: (...args: never[]) => unknown,
): Coroutine<Connection> {
  const limit = handshakeTimeout(options.tlsHandshakeTimeout);
  const { tls = false, serverHostname } = options;
  const encrypt = tls === false ? null : clientOptions(tls, host, serverHostname);
  const steps: Steps = {
    dial,
    encrypt: encrypt && ((socket) => connectTls({ ...encrypt, socket })),
    limit,
    name,
    line: captureLine(above),
    options,
  };
  return noteCreated(opening(steps), above) as Coroutine<Connection>;
}

interface Steps {
  readonly dial: () => Socket;
  readonly encrypt: ((socket: Socket) => Socket) | null;
  readonly limit: number;
  readonly name: string;
  readonly line: Captured;
  readonly options: ConnectionOptions;
}

const opening = hidden("openConnection", function* (steps: Steps): Generator<unknown, Connection, unknown> {
  const { encrypt, name, line, options } = steps;
  let socket = steps.dial();
  // An error that comes when nobody waits any more is nobody's.
  socket.on("error", () => {});
  let connected = false;
  try {
    yield happened(socket, "connect");
    if (encrypt) {
      // It may be lost again before this goes on, and nobody would tell of it any more.
      if (socket.destroyed) throw socket.errored ?? connectionLost();
      const encrypted = encrypt(socket);
      encrypted.on("error", () => {});
      yield withTimeout(steps.limit, () => happened(encrypted, "secureConnect"));
      socket = encrypted;
    }
    connected = true;
  } catch (error) {
    throw unreachable(error, name, options.allErrors);
  } finally {
    if (!connected) socket.destroy();
  }
  return connection(socket, {
    serverSide: false,
    name: `a connection to ${name}`,
    line,
    root: currentRoot(),
    limit: options.limit,
  });
});

/** Several addresses were tried: one error that names them, or all. */
function unreachable(error: unknown, name: string, all = false): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors = error.errors as NodeJS.ErrnoException[];
  if (all) return new ExceptionGroup(`no address of ${name} answers`, errors);
  const [first] = errors;
  if (first && errors.every(({ message }) => message === first.message)) return first;
  const listed = new Error(`no address of ${name} answers: ${errors.map(({ message }) => message).join(", ")}`);
  return Object.assign(listed, { code: (error as NodeJS.ErrnoException).code ?? first?.code });
}
