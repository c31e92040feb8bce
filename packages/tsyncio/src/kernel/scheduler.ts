/**
 * The scheduler: the ready queue, the timers and the turn-taking with the host. `EventLoop` is its public face.
 *
 * Order is asyncio's. An iteration runs the entries that the ready queue held when it began; what they enqueue belongs to the next
 * one. Due timers are appended to the queue between two iterations, equal deadlines in the order of creation.
 *
 * Turn-taking. Many iterations run in one turn of the host, so that a lone task does not pay a host turn per switch; and after a
 * slice of time the host gets a turn for its sockets, timers and input. Reading the clock costs more than a switch, so it is read
 * once per `stride` entries, and the stride adapts: it doubles while the entries are short and falls at once when they are long.
 * An iteration that is interrupted by the end of a slice is continued, not begun anew: the order stays.
 *
 * Waking. Outside a drain the first entry asks the host for a microtask. A slice goes on across drains until the host had a
 * turn of its own, so that tasks that wake each other through promises cannot starve it either.
 */

import type { CoreTask } from "./coreTask.js";
import type { Coroutine } from "./coroutine.js";
import { current } from "./current.js";
import { NEVER } from "./duration.js";
import { hooks } from "./hooks.js";
import { type Host, PlatformHost } from "./host.js";
import { ReadyQueue, type Runnable } from "./readyQueue.js";
import { printReport, type Report } from "./report.js";
import { Root } from "./root.js";
import type { TaskOptions } from "./spawn.js";
import { type Timer, TimerQueue } from "./timerQueue.js";
import { reportWatched } from "./watchlist.js";

/** Milliseconds for which the loop may run before the host gets a turn. */
const SLICE = 1;
const LONGEST_STRIDE = 1024;

/** What others need to know of an `EventLoop`. */
export interface Face {
  readonly slowCallbackDuration: number;
  /** How often it was asked that what the program has set stays when the last run has ended. */
  kept: number;
  /** A run has ended. */
  left(): void;
}

export class Scheduler {
  readonly host: Host;
  readonly timers: TimerQueue = new TimerQueue();
  /** Owns the tasks that native code starts outside any run. */
  readonly implicit: Root;
  /** Operations of the platform that tasks wait for: while there are any, a virtual clock must not jump. */
  hostWaits = 0;
  ready: ReadyQueue;
  /** Hands a report to the program's exception handler, or prints it. Never throws. */
  report: (report: Report) => void = printReport;
  /** The public face, where the program has asked for it. */
  face?: Face | null;
  debug?: boolean | undefined;
  /** Makes the tasks, where the program has set a factory. */
  factory?: (<T>(coroutine: Coroutine<T>, options: TaskOptions) => CoreTask<T>) | null;
  /** Told when a run has ended its tasks, where somebody has asked for that. */
  ending?: ((root: Root) => void) | null;
  /** Called once, between two iterations; before the next one the host has a turn. */
  stopping?: (() => void) | null;

  /** True while a drain runs or is asked for. */
  #awake = false;
  /** Entries that the current iteration still has to run. */
  #left = 0;
  #fuel = 1;
  #stride = 1;
  #checked = 0;
  #sliceEnd = 0;
  #pollTimers = false;
  #armed: unknown;
  /** The time for which the timer of the host is set. */
  #armedFor: number = NEVER;
  /** Runs what is ready until nothing is, or until the host is due for a turn. Called by the host, beneath no other code. */
  readonly drain: () => void = () => {
    this.#awake = true;
    current.scheduler = this;
    this.#pollTimers = true;
    this.#runReady();
    current.sweep();
    current.scheduler = null;
    if (this.#left + this.ready.size === 0 && !this.stopping) this.#fallIdle();
    else this.host.later(this.#nextSlice);
  };
  readonly #nextSlice: () => void = () => {
    this.#sliceEnd = this.host.now() + SLICE;
    this.drain();
  };
  readonly #timerFired: () => void = () => {
    this.#armedFor = NEVER;
    if (!this.#awake) this.#nextSlice();
  };
  /** The virtual clock goes to the next timer, where nothing else can happen before. */
  readonly #jump: () => void = () => {
    this.#awake = false;
    const next = this.timers.first();
    if (this.ready.size > 0) this.#nextSlice();
    else if (this.hostWaits > 0) return;
    else if (!next) hooks.stuck?.(this);
    else {
      this.host.jump?.(next.when);
      this.#nextSlice();
    }
  };

  constructor(host: Host) {
    this.host = host;
    this.ready = host.queue ?? new ReadyQueue();
    this.implicit = new Root(this, false);
  }

  time(): number {
    return this.host.now();
  }

  enqueue(entry: Runnable): void {
    this.ready.push(entry);
    if (!this.#awake) this.#wake();
  }

  #wake(): void {
    this.#awake = true;
    this.host.soon(this.drain);
  }

  /** As `enqueue`, for callbacks of the host: where the loop is idle it runs at once, without another microtask. */
  enqueueFromHost(entry: Runnable): void {
    this.ready.push(entry);
    if (!this.#awake) this.drain();
  }

  /** `timer.when` must be set. Fires in the next iteration where it is due already; never where it is Infinity. */
  addTimer(timer: Timer, due = false): void {
    if (timer.when === NEVER) return;
    this.timers.add(timer);
    if (due) this.#pollTimers = true;
    if (!this.#awake) this.#wake();
  }

  /** The loop of loops; apart from what surrounds it, so that it stays optimised when it is left. */
  #runReady(): void {
    do {
      if (this.#left === 0 && !this.#beginIteration()) return;
      this.#left--;
      this.ready.take().run();
    } while (--this.#fuel !== 0 || this.#refuel());
  }

  #beginIteration(): boolean {
    current.endIteration();
    const { stopping } = this;
    if (stopping) {
      this.stopping = null;
      stopping();
      return false;
    }
    if (this.#pollTimers) this.#fireDue();
    this.#left = this.ready.iteration();
    return this.#left !== 0;
  }

  /** Reads the clock. False where the slice is over. */
  #refuel(): boolean {
    const now = this.host.now();
    const elapsed = now - this.#checked;
    this.#checked = now;
    if (elapsed < 0.05) this.#stride = Math.min(this.#stride * 2, LONGEST_STRIDE);
    else if (elapsed > 0.2) this.#stride = Math.max(1, this.#stride >> 2);
    this.#fuel = this.#stride;
    this.#pollTimers = true;
    return now < this.#sliceEnd;
  }

  #fireDue(): void {
    this.#pollTimers = false;
    if (this.timers.size === 0) return;
    const now = this.host.now();
    for (let timer = this.timers.first(); timer && timer.when <= now; timer = this.timers.first()) {
      this.timers.remove(timer);
      this.ready.push(timer);
    }
  }

  #fallIdle(): void {
    this.ready.shrink();
    // On a virtual clock native promise jobs may still enqueue something: they get the turn first.
    if (this.host.jump) {
      this.host.later(this.#jump);
      return;
    }
    this.#awake = false;
    const next = this.timers.first()?.when ?? NEVER;
    if (next >= this.#armedFor && next !== NEVER) return;
    if (this.#armedFor !== NEVER) this.host.clearTimer(this.#armed);
    if (next !== NEVER) this.#armed = this.host.setTimer(Math.max(0, next - this.host.now()), this.#timerFired);
    this.#armedFor = next;
  }
}

let shared: Scheduler | null = null;

/** The scheduler of this thread on the platform's own clock; made when it is first needed. */
export function platformScheduler(): Scheduler {
  if (!shared) {
    const made = new Scheduler(new PlatformHost());
    shared = made;
    made.host.atExit?.(() => {
      current.sweep();
      reportWatched(made.implicit);
    });
  }
  return shared;
}

/** Every run that is on, of every scheduler. */
export const activeRuns: Set<Root> = new Set();

/** The run to which work started by native code belongs: the only one that is on, or none. */
export function rootForNative(): Root {
  if (activeRuns.size === 1) for (const root of activeRuns) return root;
  return platformScheduler().implicit;
}

/** The run to which work started here belongs. */
export function currentRoot(): Root {
  return current.task?.root ?? rootForNative();
}

/** The scheduler of the code that runs now. */
export function runningScheduler(): Scheduler {
  return current.scheduler ?? rootForNative().scheduler;
}
