/** The end of a server, with requests under way. */
import { moveOnAfter } from "../concurrency/moveOnAfter.js";
import { wait } from "../concurrency/wait.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { type Duration, milliseconds } from "../kernel/duration.js";
import { Future } from "../kernel/future.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { currentRoot } from "../kernel/scheduler.js";
import { unfit } from "../kernel/unfit.js";
import { leavingTasks } from "./leaving.js";

/** A server of `node:http`, an application of Fastify, a `WebSocketServer` of `ws`. */
export interface ServerLike {
  close(callback: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
  closeAllConnections?(): void;
  getConnections?(callback: (error: Error | null, count: number) => void): unknown;
  /** Where this is what has the connections, as with Fastify. */
  readonly server?: object | undefined;
  /** Of `ws`. */
  readonly clients?: Iterable<{ close(code?: number): void; terminate(): void }>;
}

/** Options of {@link closeServer}. */
export interface CloseServerOptions {
  /** The time that requests under way have to end by themselves. Default: 10 seconds. */
  readonly grace?: Duration | undefined;
}

/** How often connections are closed on which an answer has ended meanwhile. The platform keeps them for some seconds, for further requests. */
const IDLE_CHECK = 20;
/** How long it may take until the server notices that its connections were cut off. */
const CUT_OFF = 1000;
const GOING_AWAY = 1001;
/** `node:http` gives it a code, `ws` does not. */
const NOT_RUNNING = /server is not running/i;

/**
 * Closes a server: it accepts nothing more, and what is under way has a time of grace to end. What is left then is cut off, which cancels
 * the bodies of {@link whileConnected}, and waits for their clean-ups. WebSockets are told at once that the server goes away.
 *
 * Where the wait is cancelled, connections are cut off at once. A server that does not listen is closed already.
 *
 * @throws what the server says; Error where connections are left that were upgraded, and are not the server's any more
 * @example
 * ```ts
 * const server = createServer(listener).listen(8080);
 * try {
 *   await sleep(Infinity);                               // until SIGTERM, say
 * } finally {
 *   await closeServer(server, { grace: "10s" });
 * }
 * ```
 */
export function closeServer(server: ServerLike, { grace = "10s" }: CloseServerOptions = {}): Coroutine<void> {
  if (typeof server?.close !== "function") throw unfit("closeServer takes a server, which has close()", server);
  return noteCreated(closing(server, milliseconds(grace)), closeServer);
}

const closing = hidden("closeServer", function* (server: ServerLike, grace: number) {
  const holder = (server.server ?? server) as ServerLike;
  const closed = new Future<void>();
  server.close((error) => {
    if (closed.done()) return;
    if (error && !NOT_RUNNING.test(error.message)) closed.setException(error);
    else closed.setResult();
  });
  try {
    for (const client of server.clients ?? []) client.close(GOING_AWAY);
    yield moveOnAfter(grace, () => withoutIdle(holder, closed));
  } finally {
    holder.closeAllConnections?.();
    for (const client of server.clients ?? []) client.terminate();
  }
  yield moveOnAfter(CUT_OFF, () => closed);
  if (!closed.done()) yield checkUpgraded(holder);
  yield closed;
  // The end of the last connections is told to the responses later than to the server.
  yield new Promise((resolve) => setTimeout(resolve));
  for (const tasks = leavingTasks(currentRoot()); tasks.size > 0; ) yield wait([...tasks]);
});

/** @throws Error where connections are left that the server does not close, since it has handed them over */
const checkUpgraded = hidden("closeServer", function* (holder: ServerLike) {
  const count = yield new Promise((resolve) => {
    if (holder.getConnections) holder.getConnections((_error, connections) => resolve(connections));
    else resolve(0);
  });
  if (count) throw new Error(`${count} connections were upgraded and are still open: close the WebSocketServer first`);
});

const withoutIdle = hidden("closeServer", function* (holder: ServerLike, closed: Future<void>) {
  while (!closed.done()) {
    holder.closeIdleConnections?.();
    yield moveOnAfter(IDLE_CHECK, () => closed);
  }
});
