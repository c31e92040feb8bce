/** Making servers. */
import { lstatSync, unlinkSync } from "node:fs";
import { createServer, type Server as Listener, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { type Context, copyContext } from "../kernel/context.js";
import type { Coroutine } from "../kernel/coroutine.js";
import type { Duration } from "../kernel/duration.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Root } from "../kernel/root.js";
import { currentRoot } from "../kernel/scheduler.js";
import { type Captured, captureLine } from "../kernel/stackLine.js";
import { checkFunction, unfit } from "../kernel/unfit.js";
import { happened } from "../streams/happened.js";
import { noteOpen } from "../streams/openResources.js";
import type { StreamReader } from "../streams/streamReader.js";
import type { StreamWriter } from "../streams/streamWriter.js";
import { checkPort } from "./checkPort.js";
import { connection } from "./connection.js";
import { handleClient } from "./handleClient.js";
import { addressOf, Server } from "./server.js";
import { handshakeTimeout, serverOptions } from "./tlsOptions.js";

/**
 * Called with each new connection. Where it returns something to await, that runs as a task, and the connection is closed when it has ended;
 * a plain function has to see to that by itself.
 */
export type ClientHandler = (reader: StreamReader, writer: StreamWriter) => unknown;

/** Options of {@link startUnixServer}. */
export interface UnixServerOptions {
  /** Bytes: no line may be longer; reading stops where twice as much waits to be read. Default: 64 KiB. */
  readonly limit?: number | undefined;
  /** Encrypts: Node's options, with at least a certificate. */
  readonly tls?: TlsOptions | undefined;
  /** The time that a client has for the TLS handshake. Default: 60 seconds. */
  readonly tlsHandshakeTimeout?: Duration | undefined;
  /** Connections that may wait to be accepted. Default: 100. */
  readonly backlog?: number | undefined;
  /** `false`: accepts nothing before `server.startServing()` or `serveForever()`. */
  readonly startServing?: boolean | undefined;
}

/** Options of {@link startServer}. */
export interface ServerOptions extends UnixServerOptions {
  /** An IPv6 address accepts no IPv4 connections. */
  readonly ipv6Only?: boolean | undefined;
  /** Several processes may listen on the port. */
  readonly reusePort?: boolean | undefined;
  /** Sends small pieces at once. Default: true, as in asyncio. */
  readonly noDelay?: boolean | undefined;
}

/**
 * Accepts TCP connections, and with `tls` TLS ones (source: `asyncio.start_server`). Each is given to a task that runs the handler; what that fails
 * with is reported, and its connection is closed in any case.
 *
 * @param host - a name or address, several, or none for all interfaces
 * @param port - 0 lets the system pick one; see `server.port`
 * @throws what the platform says: `EADDRINUSE`, `EACCES`, …; nothing listens then
 * @example
 * ```ts
 * const server = await startServer(async (reader, writer) => {
 *   for await (const line of reader) {
 *     writer.write(line);
 *     await writer.drain();
 *   }
 * }, "127.0.0.1", 0);
 * console.log(server.port);
 * await server.serveForever();
 * ```
 */
export function startServer(
  handler: ClientHandler,
  host: string | readonly string[] | null = null,
  port = 0,
  options: ServerOptions = {},
): Coroutine<Server> {
  checkPort(port);
  const hosts = typeof host === "string" ? [host] : (host ?? [undefined]);
  if (!Array.isArray(hosts) || hosts.some((one) => one !== undefined && typeof one !== "string"))
    throw unfit(
      "a host is a name or an address, several in an array, or null for all interfaces; the port comes behind it",
      host,
    );
  const { backlog = 100, ipv6Only = false, reusePort } = options;
  const places = hosts.map((one) => ({
    port,
    backlog,
    ipv6Only,
    ...(one === undefined || one === "" ? {} : { host: one }),
    ...(reusePort && { reusePort }),
  }));
  return start(handler, places, options, startServer);
}

/**
 * Accepts connections on a Unix socket, or on Windows on a named pipe (source: `asyncio.start_unix_server`). The socket file goes when the server is
 * closed.
 *
 * @throws what the platform says: `EADDRINUSE`, `EACCES`, …
 */
export function startUnixServer(
  handler: ClientHandler,
  path: string,
  options: UnixServerOptions = {},
): Coroutine<Server> {
  if (typeof path !== "string" || path === "") throw unfit("a path is text", path);
  return start(handler, [{ path, backlog: options.backlog ?? 100 }], options, startUnixServer, () => removeStale(path));
}

/** Where to listen, as Node's `listen` wants it. */
type Place = NonNullable<Parameters<Listener["listen"]>[0]> & object;

interface Plan {
  readonly handler: ClientHandler;
  readonly places: readonly object[];
  readonly options: ServerOptions;
  readonly encryption: TlsOptions | null;
  /** Called before it listens. */
  readonly prepare: (() => void) | undefined;
  readonly line: Captured;
}

function start(
  handler: ClientHandler,
  places: readonly object[],
  options: ServerOptions,
  above: (...args: never[]) => unknown,
  prepare?: () => void,
): Coroutine<Server> {
  checkFunction(handler, `${above.name} takes a function of a reader and a writer`);
  const handshake = handshakeTimeout(options.tlsHandshakeTimeout);
  const encryption = options.tls === undefined ? null : { ...serverOptions(options.tls), handshakeTimeout: handshake };
  const plan: Plan = { handler, places, options, encryption, prepare, line: captureLine(above) };
  return noteCreated(starting(plan), above) as Coroutine<Server>;
}

const starting = hidden("startServer", function* (plan: Plan): Generator<unknown, Server, unknown> {
  const root = currentRoot();
  const context = copyContext();
  const server: Server = new Server((made) => listening(plan, (socket) => serve(made, socket, plan, root, context)));
  if (plan.options.startServing !== false) yield Server.start(server);
  const open = {
    describe: () => `a server on ${addresses(server)}`,
    destroy() {
      server.close();
      server.abortClients();
    },
  };
  server.released = noteOpen(open, plan.line, root);
  return server;
});

/** Listens on all places, or on none. */
const listening = hidden(
  "startServer",
  function* (
    { places, options, encryption, prepare }: Plan,
    accept: (socket: Socket) => void,
  ): Generator<unknown, Listener[], unknown> {
    const listeners: Listener[] = [];
    let complete = false;
    try {
      for (const place of places) {
        const settings = { allowHalfOpen: true, noDelay: options.noDelay ?? true };
        const listener = encryption
          ? createTlsServer({ ...settings, ...encryption, allowHalfOpen: false }, accept)
          : createServer(settings, accept);
        listeners.push(listener);
        listener.listen(place as Place);
        yield happened(listener, "listening");
        // A connection that could not be accepted, or a handshake that failed, is no failure of the server.
        listener.on("error", () => {});
        listener.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());
      }
      complete = true;
      return listeners;
    } finally {
      if (!complete) for (const listener of listeners) listener.close();
    }
  },
);

function serve(server: Server, socket: Socket, { handler, options, line }: Plan, root: Root, context: Context): void {
  socket.on("error", () => {});
  const peer = socket.remoteAddress === undefined ? "" : ` from ${socket.remoteAddress}:${socket.remotePort}`;
  const origin = { serverSide: true, name: `a connection${peer}`, line, root, limit: options.limit };
  const [reader, writer] = connection(socket, origin);
  socket.once("close", server.joined(writer));
  handleClient(() => handler(reader, writer), writer, server, root, context.copy());
}

/** A socket file that a process has left behind keeps nobody from listening, as in asyncio; any other file does. */
function removeStale(path: string): void {
  if (path[0] !== "\0" && lstatSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
}

function addresses({ sockets }: Server): string {
  return sockets.map(addressOf).join(", ") || "no address";
}
