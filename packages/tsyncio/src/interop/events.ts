/**
 * The events of an emitter or an event target, as an async iterable.
 *
 * Events come when they like, so they are kept until somebody takes them: as many as `capacity` says. What happens to the next one is
 * chosen by the program, and by default it is an error and no loss. Values are not handed to a waiting task; it is woken, and takes one
 * when its step begins. So one that is cancelled in between has nothing to give back, and the wake-up goes to the next.
 */
import type { Waitable } from "../kernel/awaitable.js";
import type { CancelTarget } from "../kernel/cancelScope.js";
import { librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { QueueFull } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Ring } from "../kernel/ring.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { checkCount, unfit } from "../kernel/unfit.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import { WaitQueue } from "../kernel/waitQueue.js";
import type { CoroutineIterator } from "./asyncIterator.js";

const site = librarySite("events");

type EventName = string | symbol;
type Listener = (...args: unknown[]) => void;

/** Node's `EventEmitter`, or anything of its shape. */
export type EmitterLike =
  | { on(name: never, listener: never): unknown; off(name: never, listener: never): unknown }
  | { on(name: never, listener: never): unknown; removeListener(name: never, listener: never): unknown }
  | { addListener(name: never, listener: never): unknown; removeListener(name: never, listener: never): unknown };

/** An `EventTarget`, or anything of its shape. */
export interface EventTargetLike {
  addEventListener(type: never, listener: never): unknown;
  removeEventListener(type: never, listener: never): unknown;
}

/** The event of a target, by its property `on…`. */
export type EventOf<T, K extends string> = T extends {
  [P in `on${K}`]: ((this: never, event: infer E) => unknown) | null;
}
  ? E
  : Event;

/** Options of `events`. */
export interface EventsOptions {
  /** How many events may wait to be taken; default: 1024. */
  capacity?: number | undefined;
  /**
   * What becomes of an event that finds no room: `"error"` ends the iteration with a `QueueFull`, after those that wait (default);
   * `"dropOldest"` makes room; `"dropNewest"` ignores it. With a capacity of 1, `"dropOldest"` keeps the latest.
   */
  overflow?: "error" | "dropOldest" | "dropNewest" | undefined;
  /** The events at which the iteration ends. */
  end?: EventName | readonly EventName[] | undefined;
}

class Next<T> extends Coroutine<IteratorResult<T, undefined>> {
  readonly #events: EventStream<T>;

  constructor(events: EventStream<T>) {
    super(site);
    this.#events = events;
  }

  begin(task: CoreTask): Verdict {
    return this.#events.ask(task);
  }
}

/** What `events` gives. Several tasks may take from one: each event goes to one of them, first come, first served. */
export class EventStream<T> implements CoroutineIterator<T>, Disposable, Waitable {
  #values: Ring<T> = new Ring();
  readonly #waiting: WaitQueue = new WaitQueue();
  /** Tasks that were woken and have not resumed: as many of the values are theirs. */
  #woken = 0;
  #failure: { error: unknown } | null = null;
  #stop: (() => void) | null;
  /** Where `events` was called. */
  readonly #task: CoreTask | null = current.task;
  readonly #scope: CancelTarget | null = current.task?.scope ?? null;

  /** @internal Use `events`. */
  constructor(source: object, name: EventName, { capacity = 1024, overflow = "error", end = [] }: EventsOptions) {
    checkCount(capacity, 1, "capacity");
    const policies = ["error", "dropOldest", "dropNewest"];
    if (!policies.includes(overflow)) throw unfit(`overflow is one of ${policies}`, overflow);
    const methods = (source ?? {}) as Record<string, ((name: EventName, listener: Listener) => unknown) | undefined>;
    const { addEventListener, removeEventListener } = methods;
    // Emitters with the methods of a target give their own kind of events; targets with `addListener` mean something else by it.
    const add = methods["on"] ?? addEventListener ?? methods["addListener"];
    const remove = add === addEventListener ? removeEventListener : (methods["off"] ?? methods["removeListener"]);
    if (!add || !remove) throw unfit("events takes an EventEmitter or an EventTarget", source);

    const take = (...args: unknown[]): void => {
      const values = this.#values;
      if (values.size - this.#woken < capacity) this.#wake();
      else if (overflow === "error") {
        const what = `${capacity} '${String(name)}' events wait and another came`;
        this.#end({ error: new QueueFull(`${what}; take them faster, or set capacity or overflow`) });
        return;
      } else if (overflow === "dropOldest") values.shift();
      else return;
      values.push((args.length > 1 ? args : args[0]) as T);
    };
    const ended = (): void => this.#end(null);
    const listeners: [EventName, Listener][] = [[name, take]];
    for (const each of [end].flat() as EventName[]) listeners.push([each, ended]);
    if (add !== addEventListener && !listeners.some(([each]) => each === "error"))
      listeners.push(["error", (error: unknown) => this.#end({ error })]);
    for (const listener of listeners) add.apply(source, listener);
    this.#stop = () => {
      for (const listener of listeners) remove.apply(source, listener);
    };
  }

  /** The next event. Where the wait is cancelled, nothing is lost: the event goes to whoever asks next. */
  next(): Coroutine<IteratorResult<T, undefined>> {
    return noteCreated(new Next(this), this.next);
  }

  /** Ends it at once: the listeners are removed, and events that wait are dropped. */
  return(): Coroutine<IteratorResult<T, undefined>> {
    this[Symbol.dispose]();
    return new Next(this);
  }

  /** As `return()`. */
  [Symbol.dispose](): void {
    this.#values = new Ring();
    this.#failure = null;
    this.#end(null);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(failure: { error: unknown } | null): void {
    if (!this.#stop) return;
    this.#stop();
    this.#stop = null;
    this.#failure = failure;
    while (this.#waiting.size > 0) this.#wake();
  }

  #wake(): void {
    const task = this.#waiting.shift();
    if (!task) return;
    this.#woken++;
    task.wakeUp(CLAIMING);
  }

  /** @internal A task wants the next event: at once where there is one that no other task was woken for. */
  ask(task: CoreTask): Verdict {
    const values = this.#values;
    if (values.size > this.#woken) task.value = { value: values.shift(), done: false };
    else if (this.#stop) {
      this.#waiting.add(task);
      task.waitingOn = this;
      return SUSPEND;
    } else if (this.#failure) {
      task.value = this.#failure.error;
      this.#failure = null;
      return RAISE;
    } else task.value = { value: undefined, done: true };
    return RESUME;
  }

  /** @internal */
  claim(task: CoreTask): Verdict {
    this.#woken--;
    return this.ask(task);
  }

  /** @internal */
  abandon(task: CoreTask): void {
    if (!this.#waiting.remove(task)) {
      this.#woken--;
      this.#wake();
    }
    // The place where it was made is being left, and not only a part of it, with a time limit, say.
    if (task !== this.#task) return;
    const target = task.asScope?.unwindsTo;
    let scope = this.#scope;
    while (scope && scope !== target) scope = scope.parent;
    if (scope || target?.depth === 0) this[Symbol.dispose]();
  }

  /** @internal */
  describe(): string {
    return "an event";
  }
}

/**
 * The events of an emitter or an event target, to be taken one after another. Listening begins at the call, so nothing is lost before
 * the first `next()`; it ends at `return()`, at the end of a `for await` loop however that ends, at the end of a `using` block, at an
 * event of `end`, and at an error.
 *
 * An event with one argument gives that argument, one with several the array of them (source: RxJS's `fromEvent`). An `"error"` event
 * of an emitter is thrown, unless it is the one that was asked for.
 *
 * A wait that is cancelled leaves the stream open where only a scope inside the one that called `events` is cancelled, as by a
 * time limit around `next()`, or another task; where the cancellation reaches the place of that call, the stream ends.
 *
 * @throws TypeError where the source has no such methods, or an option is none
 * @throws QueueFull (while iterating) where more events than `capacity` wait, with `overflow: "error"`
 * @throws (while iterating) what an `"error"` event carries
 * @example
 * ```ts
 * for await (const chunk of events<Buffer>(socket, "data", { end: "close" })) console.log(chunk.length);
 *
 * using clicks = events(button, "click");
 * const { value: click } = await clicks.next();
 * ```
 */
export function events<T extends EventTargetLike & { on?: never }, K extends string>(
  target: T,
  type: K,
  options?: EventsOptions,
): EventStream<EventOf<T, K>>;
export function events<V = unknown>(
  source: EmitterLike | EventTargetLike,
  name: EventName,
  options?: EventsOptions,
): EventStream<V>;
export function events(source: object, name: EventName, options: EventsOptions = {}): EventStream<unknown> {
  return new EventStream(source, name, options);
}
