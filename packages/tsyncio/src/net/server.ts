/** A server that accepts connections and gives each to a task of its own. */
import type { AddressInfo, Server as Listener } from "node:net";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { InvalidStateError } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { HostQueue } from "../streams/hostQueue.js";
import { showFields } from "../streams/showFields.js";
import type { StreamWriter } from "../streams/streamWriter.js";
import { WaitClosed } from "../streams/waitClosed.js";

const closedSite = librarySite("Server.waitClosed");

/**
 * What {@link startServer} gives (source: `asyncio.Server`). Leaving `await using` closes it and its connections and waits until all
 * handlers have ended.
 */
export class Server {
  /** @internal */ readonly ending: HostQueue = new HostQueue();
  /** @internal To be called when it is closed. */ released: () => void = () => {};
  readonly #listen: (server: Server) => Coroutine<Listener[]>;
  #listeners: readonly Listener[] = [];
  readonly #clients = new Set<StreamWriter>();
  #handling = 0;
  #isClosed = false;
  #serving = false;
  #forever = false;

  /** @internal @param listen - begins to listen; all at once, or it throws */
  constructor(listen: (server: Server) => Coroutine<Listener[]>) {
    this.#listen = listen;
  }

  /** The listening sockets, as the platform has them; none after `close()`. */
  get sockets(): readonly Listener[] {
    return this.#listeners;
  }

  /** The port of the first socket, as the system has picked it where 0 was asked for; 0 where there is none. */
  get port(): number {
    return (this.#listeners[0]?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** Whether it accepts connections. */
  isServing(): boolean {
    return this.#serving && !this.#isClosed;
  }

  /** Begins to accept, after `startServer(…, { startServing: false })`; does nothing where it does already. */
  startServing(): Coroutine<void> {
    return noteCreated(Server.start(this), this.startServing);
  }

  /** @internal */
  static readonly start: (server: Server) => Coroutine<void> = hidden(
    "Server.startServing",
    function* (server: Server) {
      if (server.#isClosed) throw new InvalidStateError("the server is closed");
      if (server.#serving) return;
      server.#serving = true;
      server.#listeners = (yield server.#listen(server)) as Listener[];
    },
  );

  /**
   * Accepts until the task is cancelled; then closes the server and its connections and waits for their end.
   *
   * @throws InvalidStateError where it is closed, or another task serves already
   * @example
   * ```ts
   * const server = await startServer(handle, "127.0.0.1", 8080);
   * await server.serveForever();
   * ```
   */
  serveForever(): Coroutine<never> {
    return noteCreated(Server.#serveForever(this), this.serveForever) as Coroutine<never>;
  }

  static readonly #serveForever = hidden("Server.serveForever", function* (server: Server) {
    if (server.#isClosed) throw new InvalidStateError("the server is closed");
    if (server.#forever) throw new InvalidStateError("another task awaits serveForever() already");
    server.#forever = true;
    try {
      yield Server.start(server);
      yield ended(server);
    } finally {
      server.#forever = false;
      server.close();
      server.closeClients();
      yield ended(server);
    }
  });

  /** Accepts no more connections. Those that are on go on; see {@link closeClients}. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.close();
    this.#listeners = [];
    this.released();
    this.#checkEnd();
  }

  /** Waits until it is closed, and all connections and their handlers have ended. */
  waitClosed(): Coroutine<void> {
    return noteCreated(ended(this), this.waitClosed);
  }

  /** Closes all connections that are on, after sending what was written. */
  closeClients(): void {
    for (const writer of this.#clients) writer.close();
  }

  /** Closes all connections that are on, at once. */
  abortClients(): void {
    for (const writer of this.#clients) writer.abort();
  }

  /** Closes the server and its connections, and waits for their end. */
  [Symbol.asyncDispose](): Coroutine<void> {
    this.close();
    this.closeClients();
    return ended(this);
  }

  /** @internal A connection is on; to be called again by what is returned when it has ended. */
  joined(writer: StreamWriter): () => void {
    this.#clients.add(writer);
    return () => {
      this.#clients.delete(writer);
      this.#checkEnd();
    };
  }

  /** @internal A handler runs, or has ended. */
  handles(change: 1 | -1): void {
    this.#handling += change;
    this.#checkEnd();
  }

  /** @internal */
  get gone(): boolean {
    return this.#isClosed && this.#clients.size + this.#handling === 0;
  }

  #checkEnd(): void {
    if (this.gone) this.ending.wake(Number.POSITIVE_INFINITY, CLAIMING);
  }

  toString(): string {
    return "a server";
  }

  static {
    showFields(Server.prototype, "Server", (server) => ({
      sockets: server.sockets.map(addressOf),
      clients: server.#clients.size,
      isServing: server.isServing(),
    }));
  }
}

/** For people: where it listens. */
export function addressOf(listener: Listener): string {
  const address = listener.address();
  return typeof address === "object" && address ? `${address.address}:${address.port}` : String(address);
}

function ended(server: Server): Coroutine<void> {
  return new WaitClosed(closedSite, server, server.ending);
}
