/** Channels between tasks: a side that sends, a side that receives, and an end of what is sent. */

import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { BrokenResourceError, ClosedResourceError, EndOfChannel, WouldBlock } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Ring, unshift } from "../kernel/ring.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { checkCount } from "../kernel/unfit.js";
import { WaitQueue } from "../kernel/waitQueue.js";
import { entitle, Primitive } from "../sync/primitive.js";
import type { Wait } from "../sync/wait.js";
import { Attempt, insist, type Refusal } from "./attempt.js";
import { type ItemIterator, iterate } from "./itemIterator.js";

/** Those that wait to send, or to receive. */
class Side extends WaitQueue {
  /** How many of its ends are not closed. */
  open = 0;
}

/** What all ends of a channel share. */
class Shared<T> {
  readonly capacity: number;
  readonly sending: Side = new Side();
  readonly receiving: Side = new Side();
  items: Ring<T> = new Ring();
  /** What nobody else may take: for tasks that were woken to receive, and have not resumed. */
  readonly owed: T[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The first that waits to receive will take what is owed. False where nobody waits. */
  wakeReceiver(): boolean {
    const task = this.receiving.shift();
    if (!task) return false;
    (task.waitingOn as Receive<T>).owed = true;
    task.wakeUp(CLAIMING);
    return true;
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

abstract class End<T> extends Primitive {
  /** @internal */ declare readonly waiting: Side;
  /** @internal */ readonly shared: Shared<T>;
  /** @internal */ closed = false;

  /** @internal Use `createChannel`. */
  constructor(shared: Shared<T>, side: Side) {
    super(side);
    this.shared = shared;
    side.open++;
  }

  /**
   * Another end of the same side, with a life of its own: the side is closed when all of its ends are.
   *
   * @throws ClosedResourceError where this one is closed
   */
  clone(): this {
    if (this.closed) throw new ClosedResourceError();
    return new (this.constructor as new (shared: Shared<T>, side: Side) => this)(this.shared, this.waiting);
  }

  /** Closes this end; those that wait at it get a `ClosedResourceError`. A second call does nothing. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { shared, waiting } = this;
    for (let left = waiting.size; left > 0; left--) {
      const task = waiting.shift() as CoreTask;
      if ((task.waitingOn as Wait).place === this) task.wakeUp(CLAIMING);
      else waiting.add(task);
    }
    if (--waiting.open > 0) return;
    if (waiting === shared.receiving) shared.items = new Ring();
    // Those of the other side are told that nobody is left at this one.
    shared.sending.wake(NEVER, CLAIMING);
    shared.receiving.wake(NEVER, CLAIMING);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  statistics(): ChannelStatistics {
    const { shared } = this;
    const { sending, receiving } = shared;
    return {
      currentBufferUsed: shared.items.size,
      maxBufferSize: shared.capacity,
      openSendChannels: sending.open,
      openReceiveChannels: receiving.open,
      tasksWaitingSend: sending.size,
      tasksWaitingReceive: receiving.size,
    };
  }
}

class Send<T> extends Attempt<unknown, SendChannel<T>> {
  readonly value: T;

  constructor(end: SendChannel<T>, value: T) {
    super(end.site, end, end.waiting);
    this.value = value;
  }

  refusal(): Refusal {
    return this.place.refusal();
  }

  perform(): void {
    this.place.add(this.value);
  }
}

class Receive<T> extends Attempt<unknown, ReceiveChannel<T>> {
  /** The value that it will take when it resumes is there. */
  owed = false;

  refusal(): Refusal {
    return this.owed ? undefined : this.place.refusal();
  }

  perform(): unknown {
    const { shared } = this.place;
    const { sending, receiving, owed } = shared;
    if (!this.owed) return this.place.take();
    const value = owed.shift() as T;
    // Nobody else has to wait for what might have come back.
    if (owed.length + sending.open === 0) receiving.wake(NEVER, CLAIMING);
    return value;
  }

  /** What was owed to it goes to the next, or back. */
  override passOn(): void {
    const { shared } = this.place;
    if (this.owed && !shared.wakeReceiver()) unshift(shared.items, shared.owed.pop() as T);
  }
}

class Next<T> extends Receive<T> {
  override perform(): unknown {
    return { value: super.perform(), done: false };
  }

  override refused(refusal: new () => Error): unknown {
    return refusal === EndOfChannel ? { value: undefined, done: true } : super.refused(refusal);
  }
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
    return noteCreated(new Send(this, value), this.send) as Coroutine<void>;
  }

  /**
   * Sends at once.
   *
   * @throws WouldBlock where there is no room; ClosedResourceError; BrokenResourceError
   */
  trySend(value: T): void {
    insist(this.refusal(), WouldBlock);
    this.add(value);
  }

  /** @internal */
  refusal(): Refusal {
    const { shared } = this;
    const { receiving } = shared;
    if (this.closed) return ClosedResourceError;
    if (receiving.open === 0) return BrokenResourceError;
    return receiving.size > 0 || shared.items.size < shared.capacity ? undefined : null;
  }

  /** @internal */
  add(value: T): void {
    const { shared } = this;
    (shared.wakeReceiver() ? shared.owed : shared.items).push(value);
  }
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
    return noteCreated(new Receive(this.site, this, this.waiting), this.receive) as Coroutine<T>;
  }

  /**
   * Takes the next value, at once.
   *
   * @throws WouldBlock where there is none; ClosedResourceError; EndOfChannel
   */
  tryReceive(): T {
    insist(this.refusal(), WouldBlock);
    return this.take();
  }

  /** Receives until all senders are closed and nothing is left. */
  [Symbol.asyncIterator](): ItemIterator<T> {
    return iterate(() => new Next(this.site, this, this.waiting));
  }

  /** @internal */
  refusal(): Refusal {
    const { shared } = this;
    const { sending } = shared;
    if (this.closed) return ClosedResourceError;
    if (shared.items.size > 0 || sending.size > 0) return undefined;
    // What is owed to somebody who is cancelled before he takes it comes to this one.
    return sending.open + shared.owed.length > 0 ? null : EndOfChannel;
  }

  /** @internal */
  take(): T {
    const { items, capacity, sending } = this.shared;
    // Whoever waits to send goes next. A value that somebody did not take after all may be there beyond the capacity.
    const task = items.size > capacity ? null : sending.shift();
    if (task) {
      items.push((task.waitingOn as Send<T>).value);
      // What `send()` gives.
      task.value = undefined;
      task.wakeUp();
    }
    return items.shift();
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
  return [new SendChannel(shared, shared.sending), new ReceiveChannel(shared, shared.receiving)];
}
