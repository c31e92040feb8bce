/**
 * Async generators of lowered code.
 *
 * The lowered body is a plain generator that yields two kinds of things: what it awaits, and marks (`yielded`, `delegate`) for what
 * it gives to its consumer. `next()` makes a coroutine; awaiting that runs the body inside the task that awaits it, as far as the
 * next mark, so the body has the consumer's task, scopes and context. Requests that overlap are served in order, as the language has it.
 *
 * `yield*` is not delegated natively: a cancellation that comes while the inner iterator is awaited must close that iterator, wait for
 * it, and then go on to unwind the body; the language's delegation would forget that it was returning. (A foreign one is not waited for:
 * see `forAwait.ts`.)
 *
 * A generator that was begun and neither finished nor closed is closed at the end of its run, or in a task of its own when the garbage
 * collector takes it.
 */
import { type AnyIterator, checked, closeAbandoned } from "../interop/asyncIterator.js";
import { begin } from "../kernel/begin.js";
import { type Closable, closeAtEnd } from "../kernel/closables.js";
import { CodeSite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import type { Resumable } from "../kernel/frame.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { Future } from "../kernel/future.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { raising } from "../kernel/raised.js";
import type { Root } from "../kernel/root.js";
import { currentRoot } from "../kernel/scheduler.js";
import { asyncIteratorOf } from "./forAwait.js";

class Yielded {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export class Delegated {
  readonly iterable: unknown;
  constructor(iterable: unknown) {
    this.iterable = iterable;
  }
}

/** `yield value` of an async generator. */
export function yielded(value: unknown): object {
  return new Yielded(value);
}

/** `yield* iterable` of an async generator. */
export function delegate(iterable: unknown): object {
  return new Delegated(iterable);
}

/** Whether it has to be asked for `then`. */
function mayWait(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

type Request = "next" | "throw" | "return";
type Body = Generator<unknown, unknown, unknown>;

/** The state of one generator, apart from the object that the program holds, so that the collector can take that one. */
class Machine implements Closable {
  /** Null once it has ended. */
  body: Body | null;
  state: "new" | "suspended" | "done" = "new";
  /** The inner iterator of a `yield*` that is on, and its `next`, which is looked up once. */
  inner: AnyIterator | null = null;
  innerNext: unknown = undefined;
  /** The last request in the queue, and what is done when it has been served. */
  tail: Future<void> | null = null;
  root: Root | null = null;
  readonly codeSite: CodeSite;

  constructor(codeSite: CodeSite, body: Body) {
    this.codeSite = codeSite;
    this.body = body;
  }

  get name(): string {
    return `an async generator '${this.codeSite.name}'`;
  }

  /** The body begins, in the run that is on. */
  open(): void {
    this.root = currentRoot();
    closeAtEnd(this.root, this);
  }

  end(): void {
    this.state = "done";
    this.body = null;
    this.inner = null;
    this.root?.closables.delete(this);
  }

  /** At the end of the run, or when nobody can ask for more. */
  close(): unknown {
    if (this.body === null || this.root === null) return undefined;
    return request(this, "return", undefined);
  }
}

/** Serves one request: what a generator is to a frame. */
class Step implements Resumable {
  readonly machine: Machine;
  readonly #kind: Request;
  readonly #argument: unknown;
  /**
   * What the frame waits for: its turn; the body's own await; the inner iterator of a `yield*`; the value of a `yield`; the argument of
   * `return(argument)`; the inner iterator's end, while it is unwound.
   */
  #phase: "new" | "turn" | "body" | "inner" | "value" | "argument" | "closing" = "new";
  #ticket: Future<void> | null = null;
  /** The request before this one, which has to end first. */
  #before: Future<void> | null = null;
  #unwinding = false;
  /** The inner iterator failed to close while the frame was unwound. */
  #closingError: { error: unknown } | null = null;

  constructor(machine: Machine, kind: Request, argument: unknown) {
    this.machine = machine;
    this.#kind = kind;
    this.#argument = argument;
  }

  next(value: unknown): IteratorResult<unknown, unknown> {
    const machine = this.machine;
    switch (this.#phase) {
      case "new": {
        const before = machine.tail;
        this.#phase = "turn";
        this.#ticket = new Future<void>();
        machine.tail = this.#ticket;
        if (before === null) return this.#guard(() => this.#enter());
        this.#before = before;
        return { value: before, done: false };
      }
      case "turn":
        return this.#guard(() => this.#enter());
      case "body":
        return this.#guard(() => this.#drive((body) => body.next(value)));
      case "inner":
        return this.#guard(() => this.#innerResult(value));
      case "value":
        return this.#serve(value, false);
      case "argument":
        if (machine.body === null) return this.#serve(value, true);
        return this.#guard(() => this.#drive((body) => body.return(value)));
      case "closing":
        return this.#guard(() => this.#drive((body) => body.return(undefined)));
    }
  }

  throw(error: unknown): IteratorResult<unknown, unknown> {
    switch (this.#phase) {
      case "body":
        return this.#guard(() => this.#drive((body) => body.next(raising(error))));
      case "inner":
      case "value":
      case "argument":
        this.machine.inner = null;
        if (this.machine.body === null) return this.#fail(error);
        return this.#guard(() => this.#drive((body) => body.throw(error)));
      case "closing":
        this.#closingError = { error };
        return this.#guard(() => this.#drive((body) => body.return(undefined)));
      default:
        return this.#fail(error);
    }
  }

  /** The task that serves the request is being unwound. */
  return(): IteratorResult<unknown, unknown> {
    const machine = this.machine;
    if (this.#phase === "new" || this.#phase === "turn" || machine.body === null) {
      // The next one may begin when the one before has ended, and not now that this one leaves the queue.
      if (this.#phase === "turn") this.#before?.addDoneCallback(() => this.#passTurn());
      else this.#passTurn();
      return { value: undefined, done: true };
    }
    this.#unwinding = true;
    const { inner } = machine;
    machine.inner = null;
    const value = inner && closeAbandoned(inner);
    if (value) {
      this.#phase = "closing";
      return { value, done: false };
    }
    return this.#guard(() => this.#drive((body) => body.return(undefined)));
  }

  #enter(): IteratorResult<unknown, unknown> {
    const machine = this.machine;
    const argument = this.#argument;
    if (machine.state === "new" && this.#kind === "next") {
      machine.open();
      return this.#drive((body) => body.next(undefined));
    }
    if (machine.state === "new") machine.end();
    if (machine.inner !== null) return this.#ask(machine.inner, this.#kind, argument);
    if (this.#kind === "return" && mayWait(argument)) {
      this.#phase = "argument";
      return { value: argument, done: false };
    }
    if (machine.state === "done") {
      if (this.#kind === "throw") return this.#fail(argument);
      return this.#serve(this.#kind === "return" ? argument : undefined, true);
    }
    const kind = this.#kind;
    return this.#drive((body) => body[kind](argument));
  }

  #drive(resume: (body: Body) => IteratorResult<unknown, unknown>): IteratorResult<unknown, unknown> {
    const machine = this.machine;
    this.#phase = "body";
    const result = resume(machine.body as Body);
    if (result.done === true) {
      machine.end();
      return this.#serve(result.value, true);
    }
    const { value } = result;
    if (value instanceof Yielded) {
      if (this.#unwinding) return this.#drive((body) => body.return(undefined));
      if (!mayWait(value.value)) return this.#serve(value.value, false);
      this.#phase = "value";
      return { value: value.value, done: false };
    }
    if (!(value instanceof Delegated)) return result;
    try {
      machine.inner = asyncIteratorOf(value.iterable);
      machine.innerNext = machine.inner.next;
    } catch (error) {
      return this.#innerFailed(error);
    }
    return this.#ask(machine.inner, "next", undefined);
  }

  /** What the inner iterator throws is thrown at the `yield*`. */
  #innerFailed(error: unknown): IteratorResult<unknown, unknown> {
    this.machine.inner = null;
    return this.#drive((body) => body.throw(error));
  }

  /** A request while `yield*` is on goes to the inner iterator. */
  #ask(inner: AnyIterator, kind: Request, argument: unknown): IteratorResult<unknown, unknown> {
    try {
      const method = (kind === "next" ? this.machine.innerNext : inner[kind]) as () => unknown;
      if (kind === "next" || (method !== undefined && method !== null)) {
        this.#phase = "inner";
        return { value: Reflect.apply(method, inner, [argument]), done: false };
      }
      if (kind === "throw") {
        this.#phase = "inner";
        return { value: withoutThrow(inner), done: false };
      }
    } catch (error) {
      return this.#innerFailed(error);
    }
    this.machine.inner = null;
    this.#phase = "argument";
    return { value: argument, done: false };
  }

  #innerResult(result: unknown): IteratorResult<unknown, unknown> {
    const machine = this.machine;
    let done: boolean;
    let value: unknown;
    try {
      done = Boolean(checked(result as IteratorResult<unknown>).done);
      value = (result as IteratorResult<unknown>).value;
    } catch (error) {
      return this.#innerFailed(error);
    }
    if (!done) return this.#serve(value, false);
    machine.inner = null;
    return this.#drive((body) => (this.#kind === "return" ? body.return(value) : body.next(value)));
  }

  #serve(value: unknown, done: boolean): IteratorResult<unknown, unknown> {
    if (this.#closingError !== null) return this.#fail(this.#closingError.error);
    if (!done) this.machine.state = "suspended";
    this.#passTurn();
    return { value: { value, done }, done: true };
  }

  #fail(error: unknown): never {
    this.#passTurn();
    throw error;
  }

  /** Lets the next request in the queue begin. */
  #passTurn(): void {
    const ticket = this.#ticket;
    if (ticket === null || ticket.done()) return;
    if (this.machine.tail === ticket) this.machine.tail = null;
    ticket.setResult(undefined);
  }

  /** An error that leaves the body has ended it. */
  #guard(go: () => IteratorResult<unknown, unknown>): IteratorResult<unknown, unknown> {
    try {
      return go();
    } catch (error) {
      this.machine.end();
      return this.#fail(error);
    }
  }
}

/** What the language does where it cannot hand an error to the inner iterator of a `yield*`: closes it, and throws. */
const withoutThrow = hidden("yield*", function* (inner: AnyIterator): Generator<unknown, never, unknown> {
  yield inner.return?.();
  throw new TypeError("the iterator given to yield* has no throw method");
});

function request(machine: Machine, kind: Request, argument: unknown): FrameCoroutine<IteratorResult<unknown, unknown>> {
  return new FrameCoroutine<IteratorResult<unknown, unknown>>(machine.codeSite, new Step(machine, kind, argument));
}

const collected =
  typeof FinalizationRegistry === "undefined"
    ? null
    : new FinalizationRegistry<Machine>((machine) => {
        const closing = machine.close() as Coroutine<unknown> | undefined;
        if (closing === undefined || machine.root === null) return;
        closing.take();
        begin(closing, machine.root, { name: "closing an async generator" });
      });

function noted<T>(created: FrameCoroutine<T>, above: (...args: never[]) => unknown): Coroutine<T> {
  return noteCreated(created, above);
}

/** The object that the program holds. */
export class AsyncGeneratorObject {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
    collected?.register(this, machine, machine);
  }

  next(value?: unknown): Coroutine<IteratorResult<unknown, unknown>> {
    return noted(request(this.#machine, "next", value), this.next);
  }

  throw(error?: unknown): Coroutine<IteratorResult<unknown, unknown>> {
    return noted(request(this.#machine, "throw", error), this.throw);
  }

  return(value?: unknown): Coroutine<IteratorResult<unknown, unknown>> {
    return noted(request(this.#machine, "return", value), this.return);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Coroutine<unknown> {
    return this.return();
  }

  get [Symbol.toStringTag](): string {
    return "AsyncGenerator";
  }
}

/** An async generator of lowered code. */
export function asyncGenerator(
  codeSite: CodeSite | undefined,
  fn: (...args: never[]) => Body,
  self: unknown,
  args: ArrayLike<unknown>,
): AsyncGenerator<unknown, unknown, unknown> {
  const known = codeSite ?? new CodeSite("(async generator)", "", true);
  // Its frames are adapters: errors come by throw(), and what they return is not flattened.
  const frameSite = (steps.get(known) ?? remember(known)) as CodeSite;
  // At the call, as the language has it: the parameters are bound, and may throw; the body does not begin.
  const machine = new Machine(frameSite, Reflect.apply(fn, self, args) as Body);
  return new AsyncGeneratorObject(machine) as unknown as AsyncGenerator<unknown, unknown, unknown>;
}

const steps = new WeakMap<CodeSite, CodeSite>();

function remember(known: CodeSite): CodeSite {
  const frameSite = new CodeSite(known.name, known.definedAt, false);
  steps.set(known, frameSite);
  return frameSite;
}
