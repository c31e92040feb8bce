/** The glue between a server's handler and a coroutine. */
import { Calling } from "../kernel/calling.js";
import { librarySite } from "../kernel/codeSite.js";
import { CANCELLED, RESULT, STATE } from "../kernel/futureBits.js";
import { Observer } from "../kernel/observer.js";
import { currentRoot } from "../kernel/scheduler.js";
import { spawn } from "../kernel/spawn.js";
import { checkFunction } from "../kernel/unfit.js";
import { type Client, clientOf, type ResponseLike, type SignalHolder, type SocketLike } from "./client.js";
import { leavingTasks } from "./leaving.js";

const site = librarySite("whileConnected");

/** A promise that knows whether somebody takes its outcome. */
class Answer<T> extends Promise<T> {
  taken = false;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: asked for by whoever takes the outcome
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.taken = true;
    return super.then(onFulfilled, onRejected);
  }
}

/**
 * Runs a body as a task that is cancelled when the client goes away before the answer is complete. As any task, it begins in the next
 * iteration of the loop, and belongs to the run that is on.
 *
 * The promise is for the framework: it settles when the task has ended, with all its clean-ups, and an error of the body is the
 * framework's to answer. Where nobody takes the promise, as with the events of `node:http` and `ws`, the error is reported to the exception
 * handler of the loop, and the client gets a 500, or, where its answer has begun already, the end of its connection.
 *
 * @param client - the response of `node:http` and its relatives (Express: `response`, Fastify: `reply.raw`); a `Request`, or its signal
 * (Hono: `c.req.raw`); a WebSocket of `ws`
 * @returns the value of the body; where the client has gone away `undefined`, or, of a `Request`, a `Response` that reaches nobody
 * @throws (as rejection) what the body throws, also in its clean-ups; CancelledError where the end of the run has cancelled it
 * @throws TypeError where it is no client, or the body no function
 * @example
 * ```ts
 * app.get("/report", (request, response) => whileConnected(response, () => report(request, response)));   // Express
 * app.get("/report", (request, reply) => whileConnected(reply.raw, () => report(request)));               // Fastify
 * app.get("/report", (c) => whileConnected(c.req.raw, () => report(c)));                                  // Hono
 * createServer((request, response) => void whileConnected(response, () => report(request, response)));    // node:http
 * ```
 */
export function whileConnected<T>(
  client: ResponseLike | SocketLike,
  body: () => T | PromiseLike<T>,
): Promise<T | undefined>;
export function whileConnected<T>(
  client: AbortSignal | SignalHolder,
  body: () => T | PromiseLike<T>,
): Promise<T | Response>;
export function whileConnected(client: object, body: () => unknown): Promise<unknown> {
  const known = clientOf(client);
  checkFunction(body, "whileConnected takes a function that returns what to await");
  return known.gone() ? Promise.resolve(known.absent()) : serve(known, body);
}

function serve(client: Client, body: () => unknown): Promise<unknown> {
  const root = currentRoot();
  const { scheduler } = root;
  const task = spawn(new Calling<unknown>(site, body), root, { name: client.name || undefined });
  task.retrieve();
  const leaving = leavingTasks(root);
  const stopListening = client.listen(() => {
    // Another cancellation would interrupt the clean-ups.
    if (task.cancelling() > 0) return;
    leaving.add(task);
    task.cancel("the client has gone away");
  });
  const answer = new Answer<unknown>((resolve, reject) => {
    new Observer(task, true, scheduler, () => {
      stopListening();
      leaving.delete(task);
      const state = task.flags & STATE;
      if (state === RESULT) return resolve(task.value);
      if (state === CANCELLED && client.gone()) return resolve(client.absent());
      const exception = task.error();
      reject(exception);
      // Whoever awaits it does so in this turn of the host, or has done so.
      setTimeout(() => {
        if (answer.taken) return;
        client.fail();
        if (state !== CANCELLED) scheduler.report({ message: "Unhandled exception in a handler", exception, task });
      });
    });
  });
  Promise.prototype.then.call(answer, undefined, () => {});
  return answer;
}
