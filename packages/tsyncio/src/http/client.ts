/**
 * The clients of HTTP servers, as the servers show them: how to know that one has gone away before it had its answer, and what it gets
 * where the program fails. Told by their shape, so that no server has to be imported.
 */
import { unfit } from "../kernel/unfit.js";

type Listener = (...args: never[]) => void;

interface Emitter {
  on(name: string, listener: Listener): unknown;
  removeListener(name: string, listener: Listener): unknown;
}

/** The response of `node:http`, `node:https` or `node:http2`, which is also Express's `response` and Fastify's `reply.raw`; or a stream. */
export interface ResponseLike {
  on(name: "close", listener: () => void): unknown;
  removeListener(name: "close", listener: () => void): unknown;
  readonly writableEnded: boolean;
}

/** A WebSocket on the side of the server, such as those of `ws`. */
export interface SocketLike {
  readonly readyState: number;
  addEventListener(name: "close", listener: () => void): unknown;
  removeEventListener(name: "close", listener: () => void): unknown;
  close(code?: number): unknown;
}

/** A `Request` of the fetch standard, such as Hono's `c.req.raw`, or whatever else has an `AbortSignal`. */
export interface SignalHolder {
  readonly signal: AbortSignal;
}

export interface Client {
  /** For people. */
  readonly name: string;
  /** Whether it has gone away already. */
  gone(): boolean;
  /** Calls back when it goes away; gives a function that stops listening. */
  listen(leave: () => void): () => void;
  /** What the server gets in place of an answer that nobody waits for. */
  absent(): unknown;
  /** The handler failed, and there is no framework to answer. */
  fail(): void;
}

/** @throws TypeError where it is none */
export function clientOf(value: unknown): Client {
  const given = (value ?? {}) as Partial<ResponseLike & SocketLike & SignalHolder & AbortSignal>;
  if (typeof given.writableEnded === "boolean" && given.on) return new Answering(value as NodeResponse);
  if (typeof given.readyState === "number" && given.addEventListener) return new WebSocketClient(value as SocketLike);
  if (typeof given.aborted === "boolean" && given.addEventListener) return new Signalled(value as AbortSignal, "");
  if (typeof given.signal?.aborted === "boolean") return new Signalled(given.signal, nameOf(value));
  throw unfit(
    "whileConnected takes a response of node:http (Fastify: reply.raw), a Request (Hono: c.req.raw), an AbortSignal or a WebSocket",
    value,
  );
}

function nameOf(request: unknown): string {
  const { method = "", url = "" } = (request ?? {}) as { method?: string; url?: string };
  return `${method} ${url}`.trim();
}

class Signalled implements Client {
  readonly #signal: AbortSignal;
  readonly name: string;

  constructor(signal: AbortSignal, name: string) {
    this.#signal = signal;
    this.name = name;
  }

  gone(): boolean {
    return this.#signal.aborted;
  }

  listen(leave: () => void): () => void {
    this.#signal.addEventListener("abort", leave);
    return () => this.#signal.removeEventListener("abort", leave);
  }

  /** 499 is nginx's: the client has closed the request. Such servers take nothing but a response. */
  absent(): Response {
    return new Response(null, { status: 499 });
  }

  fail(): void {}
}

class WebSocketClient implements Client {
  readonly name = "WebSocket";
  readonly #socket: SocketLike & Partial<Emitter>;

  constructor(socket: SocketLike) {
    this.#socket = socket;
  }

  gone(): boolean {
    return this.#socket.readyState === CLOSED;
  }

  listen(leave: () => void): () => void {
    const socket = this.#socket;
    socket.addEventListener("close", leave);
    // A peer that breaks the protocol is closed right after that, and must not end the process.
    socket.on?.("error", ignore);
    return () => {
      socket.removeEventListener("close", leave);
      socket.removeListener?.("error", ignore);
    };
  }

  absent(): undefined {}

  fail(): void {
    this.#socket.close(INTERNAL_ERROR);
  }
}

const CLOSED = 3;
const INTERNAL_ERROR = 1011;
const HTTP2_INTERNAL_ERROR = 2;
const ignore = (): void => {};

/** What may be there of a response. */
interface NodeResponse extends Emitter {
  readonly writableEnded: boolean;
  readonly destroyed?: boolean;
  readonly closed?: boolean;
  readonly headersSent?: boolean;
  readonly socket?: Emitter | null;
  readonly req?: { method?: string; url?: string; readonly socket?: (Emitter & { destroyed?: boolean }) | null };
  /** Of HTTP/2. */
  readonly stream?: { readonly destroyed: boolean; close(code: number): unknown };
  statusCode?: number;
  getHeaderNames?(): string[];
  removeHeader?(name: string): void;
  end(text?: string): unknown;
  destroy(): unknown;
}

class Answering implements Client {
  readonly #response: NodeResponse;

  constructor(response: NodeResponse) {
    this.#response = response;
  }

  get name(): string {
    return nameOf(this.#response.req);
  }

  gone(): boolean {
    const { writableEnded, destroyed, closed, stream, req } = this.#response;
    return !writableEnded && Boolean(destroyed || closed || (stream ? stream.destroyed : req?.socket?.destroyed));
  }

  listen(leave: () => void): () => void {
    const response = this.#response;
    const closed = (): void => {
      // An answer that is complete for the program goes its way; the platform does not tell for certain whether it has arrived.
      if (!response.writableEnded) leave();
    };
    response.on("close", closed);
    // One that waits behind another, as with pipelining, has no connection yet, and is not told.
    const queued = response.socket === null && !response.stream ? response.req?.socket : null;
    const unwatch = queued && watchConnection(queued, closed);
    return () => {
      response.removeListener("close", closed);
      unwatch?.();
    };
  }

  absent(): undefined {}

  fail(): void {
    const response = this.#response;
    if (response.headersSent !== false) {
      if (response.writableEnded) return;
      if (response.stream) response.stream.close(HTTP2_INTERNAL_ERROR);
      else response.destroy();
      return;
    }
    for (const name of response.getHeaderNames?.() ?? []) response.removeHeader?.(name);
    response.statusCode = 500;
    response.end("Internal Server Error\n");
  }
}

const watchers = new WeakMap<Emitter, Set<() => void>>();

/** One listener for all that wait for the end of a connection: there can be many, and an emitter warns of more than ten. */
function watchConnection(connection: Emitter, closed: () => void): () => void {
  const known = watchers.get(connection);
  const waiting = known ?? new Set();
  if (!known) {
    watchers.set(connection, waiting);
    connection.on("close", () => {
      for (const each of waiting) each();
    });
  }
  waiting.add(closed);
  return () => waiting.delete(closed);
}
