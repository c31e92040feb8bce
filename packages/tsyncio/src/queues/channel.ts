/** Channels between tasks: a side that sends, a side that receives, and an end of what is sent. */
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { BrokenResourceError, ClosedResourceError, EndOfChannel, WouldBlock } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Ring, shiftBehind } from "../kernel/ring.js";
import type { Task } from "../kernel/task.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { checkCount } from "../kernel/unfit.js";
import { entitle, Primitive } from "../sync/primitive.js";
import { WaitQueue } from "../sync/waitQueue.js";
import { type Ask, Attempt, attemptNow, type Place, PUT, type Refusal, TAKE } from "./attempt.js";
import { type ItemIterator, iterate } from "./itemIterator.js";

/** What all ends of a channel share. */
class Shared<T> {
  readonly capacity: number;
  readonly lines: readonly WaitQueue[] = [new WaitQueue(), new WaitQueue()];
  /** How many ends are not closed: of those that receive, and of those that send. */
  readonly open: [take: number, put: number] = [0, 0];
  /** Those in front are owed to tasks that were woken to receive, and have not resumed. */
  readonly items: Ring<T> = new Ring();
  owed = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  used(): number {
    return this.items.size - this.owed;
  }
}

/** What a channel tells of itself (source: `trio.MemoryChannelStatistics`). */
export interface ChannelStatistics {
  currentBufferUsed: number;
  maxBufferSize: number;
  openSendChannels: number;
  openReceiveChannels: number;
  tasksWaitingSend: number;
  tasksWaitingReceive: number;
}

abstract class End<T> extends Primitive implements Place {
  /** @internal */ readonly shared: Shared<T>;
  /** @internal */ readonly kind: typeof TAKE | typeof PUT;
  /** @internal */ readonly lines: readonly WaitQueue[];
  /** @internal */ closed = false;

  /** @internal Use `createChannel`. */
  constructor(shared: Shared<T>, kind: typeof TAKE | typeof PUT) {
    super();
    this.shared = shared;
    this.kind = kind;
    this.lines = shared.lines;
    shared.open[kind]++;
  }

  /**
   * Another end of the same side, with a life of its own: the side is closed when all of its ends are.
   *
   * @throws ClosedResourceError where this one is closed
   */
  clone(): this {
    if (this.closed) throw new ClosedResourceError();
    return new (this.constructor as new (shared: Shared<T>, kind: number) => this)(this.shared, this.kind);
  }

  /** Closes this end; those that wait at it get a `ClosedResourceError`. A second call does nothing. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { shared, kind } = this;
    const line = shared.lines[kind] as WaitQueue;
    for (let left = line.size; left > 0; left--) {
      const task = line.shift() as Task<unknown>;
      if ((task.waitingOn as Attempt<T>).place === this) task.wakeUp(CLAIMING);
      else line.add(task);
    }
    if (--shared.open[kind] > 0) return;
    if (kind === TAKE) while (shared.used() > 0) shiftBehind(shared.items, shared.owed);
    // Those of the other side are told that nobody is left at this one.
    for (const waiting of shared.lines) waiting.wake(NEVER, CLAIMING);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  statistics(): ChannelStatistics {
    const { shared } = this;
    const [receiving, sending] = this.lines as [WaitQueue, WaitQueue];
    return {
      currentBufferUsed: shared.used(),
      maxBufferSize: shared.capacity,
      openSendChannels: shared.open[PUT],
      openReceiveChannels: shared.open[TAKE],
      tasksWaitingSend: sending.size,
      tasksWaitingReceive: receiving.size,
    };
  }

  /** @internal */
  abstract refusal(ask: Ask): Refusal;
  /** @internal */
  abstract perform(ask: Ask): unknown;
  /** @internal */
  passOn?(ask: Ask): void;
}

/** The end of a channel that sends; see `createChannel` (source: `trio.MemorySendChannel`). */
export class SendChannel<T> extends End<T> {
  static {
    entitle(SendChannel, "SendChannel", "send");
  }

  /**
   * Gives a value to the first task that waits for one, or puts it into the buffer; waits where there is no room. Cancelled in the very
   * iteration in which it was received, it counts as sent.
   *
   * @throws ClosedResourceError where this end is closed, BrokenResourceError where all of the other side are, before or while it waits
   */
  send(value: T): Coroutine<void> {
    return noteCreated(new Attempt<void>(this.site, this, PUT, value), this.send);
  }

  /**
   * Sends at once.
   *
   * @throws WouldBlock where there is no room; ClosedResourceError; BrokenResourceError
   */
  trySend(value: T): void {
    attemptNow(this, PUT, WouldBlock, value);
  }

  /** @internal */
  refusal(): Refusal {
    const { shared } = this;
    if (this.closed) return ClosedResourceError;
    if (shared.open[TAKE] === 0) return BrokenResourceError;
    return (shared.lines[TAKE] as WaitQueue).size > 0 || shared.used() < shared.capacity ? undefined : null;
  }

  /** @internal */
  perform(ask: Ask): void {
    const { shared } = this;
    shared.items.push(ask.item as T);
    owe(shared);
  }
}

/** The first that waits to receive, if any, will get an item: nobody else may take it. */
function owe(shared: Shared<unknown>): void {
  const task = shared.lines[TAKE]?.shift();
  if (!task) return;
  shared.owed++;
  (task.waitingOn as Attempt<unknown>).item = shared;
  task.wakeUp(CLAIMING);
}

/** The end of a channel that receives; see `createChannel` (source: `trio.MemoryReceiveChannel`). */
export class ReceiveChannel<T> extends End<T> implements AsyncIterable<T> {
  static {
    entitle(ReceiveChannel, "ReceiveChannel", "receive");
  }

  /**
   * Takes the next value; waits for one. Cancelled before it could resume, it has taken none.
   *
   * @throws ClosedResourceError where this end is closed, EndOfChannel where all of the other side are and nothing is left, before or
   * while it waits
   */
  receive(): Coroutine<T> {
    return noteCreated(new Attempt<T>(this.site, this, TAKE), this.receive);
  }

  /**
   * Takes the next value, at once.
   *
   * @throws WouldBlock where there is none; ClosedResourceError; EndOfChannel
   */
  tryReceive(): T {
    return attemptNow(this, TAKE, WouldBlock) as T;
  }

  /** Receives until all senders are closed and nothing is left. */
  [Symbol.asyncIterator](): ItemIterator<T> {
    return iterate(() => new Attempt(this.site, this, TAKE, undefined, EndOfChannel));
  }

  /** @internal */
  refusal(ask: Ask): Refusal {
    const { shared } = this;
    if (ask.item === shared) return undefined;
    if (this.closed) return ClosedResourceError;
    if (shared.used() > 0 || (shared.lines[PUT] as WaitQueue).size > 0) return undefined;
    // What is owed to somebody who is cancelled before he takes it comes to this one.
    return shared.open[PUT] + shared.owed > 0 ? null : EndOfChannel;
  }

  /** @internal */
  perform(ask: Ask): T {
    const { shared } = this;
    const { items, owed } = shared;
    if (ask.item === shared) {
      // Nobody else has to wait for what might have come back.
      if (--shared.owed === 0 && shared.open[PUT] === 0) shared.lines[TAKE]?.wake(NEVER, CLAIMING);
      return items.shift();
    }
    // Whoever waits to send goes next. A value that somebody did not take after all may be there beyond the capacity.
    const task = shared.used() > shared.capacity ? null : shared.lines[PUT]?.shift();
    if (task) {
      items.push((task.waitingOn as Attempt<T>).item as T);
      task.wakeUp();
    }
    return shiftBehind(items, owed);
  }

  /** @internal What was owed to it goes to the next, or back. */
  override passOn(ask: Ask): void {
    const { shared } = this;
    if (ask.item !== shared) return;
    shared.owed--;
    owe(shared);
  }
}

/**
 * A channel from tasks that send to tasks that receive (source: `trio.open_memory_channel`). Unlike a queue it has two sides, and an end:
 * give each task a `clone()` of its side and let it close that, then the receivers' loops end with the last sender, and senders are told
 * when nobody receives any more.
 *
 * What is sent to a task that waits belongs to it: nobody can take it in between. First come, first served, on both sides.
 *
 * @param capacity - how many values are kept that nobody waits for: 0, where a sender waits for its receiver, to Infinity
 * @throws TypeError where that is not a whole number from 0, or Infinity
 * @example
 * ```ts
 * const [send, receive] = createChannel<string>(0);
 * createTask((async () => {
 *   using end = send;
 *   for (const line of lines) await end.send(line);
 * })());
 * for await (const line of receive) console.log(line);
 * ```
 */
export function createChannel<T = unknown>(capacity: number): [SendChannel<T>, ReceiveChannel<T>] {
  checkCount(capacity, 0, "capacity");
  const shared = new Shared<T>(capacity);
  return [new SendChannel(shared, PUT), new ReceiveChannel(shared, TAKE)];
}
