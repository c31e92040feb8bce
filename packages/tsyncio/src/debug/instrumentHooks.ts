/**
 * Where the kernel is listened to while there are instruments: methods of its classes are swapped for others that call them and tell.
 *
 * What the loop runs is learnt from the ready queue of each scheduler: what was shifted last is what runs, until the next is shifted, the
 * iteration ends or the loop is left. That gives the cause of a wake-up where no task runs: an entry that somebody has enqueued (a done
 * callback of a gather, the hand-over of a lock) stands for whoever enqueued it.
 */
import { CancelScope, CancelTarget } from "../kernel/cancelScope.js";
import { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { NEVER } from "../kernel/duration.js";
import { CANCELLED, PENDING, RESULT, STATE } from "../kernel/futureBits.js";
import { Handle } from "../kernel/handle.js";
import { Observer } from "../kernel/observer.js";
import { ReadyQueue, type Runnable } from "../kernel/readyQueue.js";
import { Root } from "../kernel/root.js";
import { activeRuns, Scheduler } from "../kernel/scheduler.js";
import type { Task } from "../kernel/task.js";
import { QUEUED } from "../kernel/taskBits.js";
import { Run } from "../runner/runState.js";
import type { Cause, Instrument } from "./instrument.js";

/** The methods of all instruments, by event. */
export type Listeners = { [E in keyof Instrument]-?: NonNullable<Instrument[E]>[] };

let on: Listeners;
/** Taken back by `swapOut`, the latest first. */
let undo: (() => void)[] = [];
const followed: Set<Scheduler> = new Set();

/** What the loop runs, where that is no task. */
let entry: Runnable | null = null;
/** Its name, where instruments were told of it. */
let callback: string | null = null;
/** Who enqueued what is no task, and stands in a ready queue. */
const enqueuers: Map<Runnable, Cause> = new Map();
/** Who enqueued what the loop runs. */
let enqueuer: Cause | undefined;

/** From now on the listeners are told. */
export function swapIn(listeners: Listeners): void {
  on = listeners;
  for (const root of activeRuns) follow(root.scheduler);
  swap(
    Root.prototype,
    /* @__KEY__ */ "add",
    (add) =>
      function (this: Root, task) {
        follow(this.scheduler);
        const parent = current.task as Task | null;
        add.call(this, task);
        for (const told of on.taskSpawned) told(task as Task, parent);
      },
  );
  swap(
    CoreTask.prototype,
    /* @__KEY__ */ "run",
    (run) =>
      function (this: CoreTask) {
        if (!isStep(this)) return run.call(this);
        const task = this as Task;
        for (const told of on.beforeTaskStep) told(task);
        run.call(this);
        const { waitingOn } = this;
        if (waitingOn && (this.flags & QUEUED) === 0) for (const told of on.taskWaits) told(task, waitingOn);
        for (const told of on.afterTaskStep) told(task);
      },
  );
  swap(
    CoreTask.prototype,
    /* @__KEY__ */ "wakeUp",
    (wakeUp) =>
      function (this: CoreTask, bits) {
        for (const told of on.taskScheduled) told(this as Task, causeNow());
        wakeUp.call(this, bits);
      },
  );
  swap(
    Scheduler.prototype,
    /* @__KEY__ */ "enqueueFromHost",
    (enqueue) =>
      function (this: Scheduler, woken) {
        if (woken instanceof CoreTask) for (const told of on.taskScheduled) told(woken as Task, causeNow());
        enqueue.call(this, woken);
      },
  );
  swap(
    CoreTask.prototype,
    /* @__KEY__ */ "settle",
    (settle) =>
      function (this: CoreTask, state, value) {
        settle.call(this, state, value);
        const ending = state === RESULT ? "result" : state === CANCELLED ? "cancelled" : "error";
        for (const told of on.taskExited) told(this as Task, ending, value);
      },
  );
  swap(
    CoreTask.prototype,
    /* @__KEY__ */ "cancel",
    (cancel) =>
      function (this: CoreTask, reason) {
        if (!this.done()) for (const told of on.taskCancelled) told(this as Task, causeNow(), reason);
        return cancel.call(this, reason);
      },
  );
  swap(
    CancelTarget.prototype,
    /* @__KEY__ */ "cancel",
    (cancel) =>
      function (this: CancelTarget, reason) {
        if (this instanceof CancelScope && this.task) {
          const by = this.expired && !this.cancelCalled ? "deadline" : causeNow();
          for (const told of on.scopeCancelled) told(this.task as Task, this, by);
        }
        cancel.call(this, reason);
      },
  );
  // The captured line of a call is let go where the coroutine is taken; here it tells where a task was made, and where one waits.
  swap(
    Coroutine.prototype,
    /* @__KEY__ */ "take",
    (take) =>
      function (this: Coroutine) {
        const { origin } = this;
        take.call(this);
        this.origin = origin;
      },
  );
  swap(
    Run.prototype as { start(this: Run, ...args: unknown[]): void },
    /* @__KEY__ */ "start",
    (start) =>
      function (this: Run, ...args) {
        follow(this.scheduler);
        for (const told of on.beforeRun) told();
        start.apply(this, args);
        const { settle } = this;
        this.settle = () => {
          const wasOn = activeRuns.has(this);
          settle();
          if (wasOn) for (const told of on.afterRun) told();
        };
      },
  );
  // Not on the queues themselves: an object of which a property was deleted stays slow.
  let pushing = false;
  swap(
    ReadyQueue.prototype,
    /* @__KEY__ */ "push",
    (push) =>
      function (this: ReadyQueue, item) {
        if (!(isStep(item) || item instanceof Handle)) enqueuers.set(item, causeNow());
        // Making room shifts all that is in it.
        pushing = true;
        push.call(this, item);
        pushing = false;
      },
  );
  swap(
    ReadyQueue.prototype,
    /* @__KEY__ */ "shift",
    (shift) =>
      function (this: ReadyQueue) {
        const item = shift.call(this);
        if (!pushing) enterEntry(item);
        return item;
      },
  );
  swap(current, /* @__KEY__ */ "endIteration", (endIteration) => () => {
    leaveEntry();
    endIteration();
  });
}

/** Nobody listens any more. */
export function swapOut(): void {
  for (const restore of undo.reverse()) restore();
  undo = [];
  followed.clear();
  enqueuers.clear();
  entry = callback = null;
  enqueuer = undefined;
}

/** Puts another method in the place of one, own or inherited. The names are marked for the browser build, which shortens some. */
function swap<O extends object, K extends keyof O>(owner: O, name: K, make: (before: O[K]) => O[K]): void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const before = owner[name];
  const made = make(before);
  owner[name] = made;
  undo.push(() => {
    // Somebody may have put a third one around it, and goes on to call it: then it stays, and tells nobody.
    if (owner[name] !== made) return;
    if (own) Object.defineProperty(owner, name, own);
    else delete owner[name];
  });
}

/** Notices when the scheduler has the thread. */
function follow(scheduler: Scheduler): void {
  if (followed.has(scheduler)) return;
  followed.add(scheduler);
  swap(scheduler as { drain: () => void }, /* @__KEY__ */ "drain", (drain) => () => {
    for (const told of on.afterIoWait) told();
    drain();
    leaveEntry();
    const next = scheduler.timers.first()?.when ?? NEVER;
    const timeout = scheduler.ready.size > 0 ? 0 : Math.max(0, next - scheduler.time());
    for (const told of on.beforeIoWait) told(timeout);
  });
}

function enterEntry(item: Runnable): void {
  leaveEntry();
  if (isStep(item)) return;
  entry = item;
  enqueuer = enqueuers.get(item);
  enqueuers.delete(item);
  if (on.beforeCallback.length + on.afterCallback.length === 0) return;
  const name = nameOf(item);
  callback = name;
  for (const told of on.beforeCallback) told(name);
}

function leaveEntry(): void {
  entry = null;
  enqueuer = undefined;
  const name = callback;
  if (name === null) return;
  callback = null;
  for (const told of on.afterCallback) told(name);
}

/** Who does what is being done now. */
function causeNow(): Cause {
  const { task } = current;
  if (task) return task as Task;
  if (!current.scheduler) return "platform";
  if (!entry) return "loop";
  const name = nameOf(entry);
  return name === "loop" || name === "done" ? (enqueuer ?? "loop") : name;
}

/** A done task stands in the queue once more where its owner is to be told. */
function isStep(item: Runnable): boolean {
  return item instanceof CoreTask && (item.flags & STATE) === PENDING;
}

/** `callback NAME`, `timer`, `deadline`; of the library's own `done` (somebody was told of the end of a future) or `loop`. */
function nameOf(item: Runnable): string {
  if (item instanceof Handle) return `callback ${/^<\w+ (?:when=\S+ )?(.*)>$/.exec(String(item))?.[1] ?? ""}`;
  if (item instanceof CancelScope) return "deadline";
  if (item instanceof CoreTask) return "done";
  if (item instanceof Observer) {
    const { asker } = item;
    return typeof asker === "function" ? `callback ${asker.name || "(anonymous)"}` : "done";
  }
  return "when" in item ? "timer" : "loop";
}
