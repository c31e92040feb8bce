/** Runs a program on tsyncio and notes what happens. `interpreter.py` does the same, function by function, on asyncio. */
import {
  type Awaitable,
  allTasks,
  asCompleted,
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  CancelledError,
  Condition,
  createTask,
  currentTask,
  DeadlockError,
  Event,
  ExceptionGroup,
  ensureFuture,
  Future,
  gather,
  getRunningLoop,
  type Handle,
  InvalidStateError,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  Semaphore,
  shield,
  sleep,
  type TaskGroup,
  TimeoutError,
  wait,
  waitFor,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import type { Acquirable, Act, Awaited, Block, Program, Trace } from "./program.ts";

/** Longer than any program takes. */
const SETTLED = 10_000;
/** Each cancels what is left: of a clean-up in a clean-up in a clean-up … each needs one. */
const ROUNDS = 12;

/** A fault that is built in on request: awaiting this kind takes one iteration too many. */
export type Sabotage = Awaited["is"];

export function play(program: Program, sabotage?: Sabotage): Promise<Trace> {
  const player = new Player(program, sabotage);
  // A task that must have a lock which nobody will release cannot be ended.
  const stuck = (error: unknown): void => {
    if (!(error instanceof DeadlockError)) throw error;
  };
  return runWithVirtualTime(() => direct(player, program))
    .catch(stuck)
    .then(() => player.trace);
}

async function direct(player: Player, program: Program): Promise<void> {
  const self = currentTask();
  getRunningLoop().setExceptionHandler(() => {});
  createTask(player.block(program.main, 0));
  await sleep(SETTLED);
  for (let round = 0; round < ROUNDS; round++) {
    const left = [...allTasks()].filter((task) => task !== self);
    player.note(0, `left ${left.length}`);
    if (left.length === 0) break;
    for (const task of left) task.cancel();
    await sleep(SETTLED);
  }
  for (const [slot, future] of player.slots.entries()) if (future) player.note(slot, state(future));
  player.ended = true;
}

class Boom extends Error {}

class Player {
  readonly trace: string[] = [];
  /** The run ends what is left, and that is not told. */
  ended = false;
  readonly slots: (Future<unknown> | undefined)[] = [];
  readonly #futures: number;
  readonly #semaphores: readonly Semaphore[];
  readonly #barriers: readonly Barrier[];
  readonly #locks = [new Lock(), new Lock()];
  readonly #conditions = [new Condition(), new Condition()];
  readonly #events = [new Event(), new Event()];
  readonly #raised = [0, 0];
  readonly #queues: readonly Queue<number>[];
  readonly #timers: Handle[] = [];
  readonly #groups: (TaskGroup | undefined)[] = [];
  readonly #sabotage: Sabotage | undefined;

  constructor(program: Program, sabotage: Sabotage | undefined) {
    this.#futures = program.futures;
    for (let slot = 0; slot < program.futures; slot++) this.slots[slot] = new Future();
    this.#semaphores = program.semaphores.map(({ value, bounded }) =>
      bounded ? new BoundedSemaphore(value) : new Semaphore(value),
    );
    this.#barriers = program.barriers.map((parties) => new Barrier(parties));
    const kinds = { fifo: Queue<number>, lifo: LifoQueue<number>, priority: PriorityQueue<number> };
    this.#queues = program.queues.map(({ kind, maxSize }) => new kinds[kind](maxSize));
    this.#sabotage = sabotage;
  }

  note(id: number, event: string): void {
    if (!this.ended) this.trace.push(`${getRunningLoop().time()} ${id} ${event}`);
  }

  async block(steps: Block, id: number): Promise<number> {
    this.note(id, "begins");
    for (const step of steps) {
      switch (step.do) {
        case "await": {
          const what = this.make(step.what);
          this.note(step.id, what ? shown(await what) : "empty");
          if (step.what.is === this.#sabotage) await sleep(0);
          break;
        }
        case "spawn": {
          const what = this.make(step.what);
          if (what) this.slots[step.slot] = createTask(what);
          break;
        }
        case "child": {
          const group = this.#groups[step.group];
          const what = group && this.make(step.what);
          if (!what) break;
          try {
            this.slots[step.slot] = group.createTask(what);
          } catch (error) {
            this.note(step.id, shown(error));
          }
          break;
        }
        case "keep": {
          const what = this.make(step.what);
          if (what instanceof Future) this.slots[step.slot] = what;
          break;
        }
        case "try":
          try {
            try {
              await this.block(step.body, step.id);
            } finally {
              if (step.inner) await this.block(step.inner, step.id);
            }
          } catch (error) {
            if (!step.handler) throw error;
            this.note(step.id, `caught ${shown(error)}`);
            await this.block(step.handler, step.id);
          } finally {
            if (step.cleanUp) await this.block(step.cleanUp, step.id);
          }
          break;
        case "throw":
          throw new Boom(`boom ${step.id}`);
        case "spin":
          for (let turn = 0; turn < step.times; turn++) {
            await sleep(0);
            this.note(step.id, "turn");
          }
          break;
        case "act":
          this.act(step.acts, step.id);
          break;
        case "soon":
          this.#timers[step.timer] = this.soon(step.ticks, step.acts, step.id);
          break;
        case "later": {
          const then = (): unknown => this.soon(step.ticks, step.acts, step.id);
          this.#timers[step.timer] = getRunningLoop().callLater(step.ms, then);
          break;
        }
        case "callback":
          this.slots[step.slot]?.addDoneCallback(() => this.act(step.acts, step.id));
          break;
      }
    }
    this.note(id, "ends");
    return id;
  }

  /** What a slot refers to may be missing. */
  make(what: Awaited): Awaitable<unknown> | undefined {
    switch (what.is) {
      case "sleep":
        return sleep(what.ms);
      case "call":
        return this.block(what.body, what.id);
      case "slot":
        return this.slots[what.slot];
      case "task": {
        const made = this.make(what.what);
        if (!made) return undefined;
        const task = createTask(made);
        this.slots[what.slot] = task;
        return task;
      }
      case "gather": {
        return gather(this.makeAll(what.of), { returnExceptions: what.returnExceptions });
      }
      case "shield": {
        const made = this.make(what.what);
        return made && shield(made);
      }
      case "waitFor": {
        const made = this.make(what.what);
        return made && waitFor(made, made instanceof Future ? Math.max(what.ms, 1) : what.ms);
      }
      case "timeout":
        return withTimeout(what.ms, () => this.block(what.body, what.id));
      case "group":
        return withTaskGroup((group) => {
          this.#groups[what.group] = group;
          return this.block(what.body, what.id);
        });
      case "wait": {
        const futures = this.makeAll(what.of).map(ensureFuture);
        return futures.length > 0 ? this.waits(what, futures) : undefined;
      }
      case "asCompleted": {
        const next = asCompleted(this.makeAll(what.of), { timeout: what.ms });
        return this.takesAll(what, next);
      }
      case "acquire":
        return this.acquirable(what).acquire();
      case "with":
        return this.acquirable(what).with(() => this.block(what.body, what.id));
      case "event":
        return this.#events[what.at]!.wait();
      case "notified":
        return this.#conditions[what.at]!.wait();
      case "raised":
        return this.#conditions[what.at]!.waitFor(() => this.#raised[what.at]! >= what.times);
      case "barrier":
        return this.#barriers[what.at]!.wait();
      case "put":
        return this.#queues[what.at]!.put(what.item);
      case "get":
        return this.#queues[what.at]!.get();
      case "join":
        return this.#queues[what.at]!.join();
    }
  }

  acquirable({ from, at }: { from: Acquirable; at: number }): Lock | Condition | Semaphore {
    if (from === "lock") return this.#locks[at]!;
    return from === "condition" ? this.#conditions[at]! : this.#semaphores[at]!;
  }

  makeAll(all: readonly Awaited[]): Awaitable<unknown>[] {
    return all.map((one) => this.make(one)).filter((one) => one !== undefined);
  }

  async waits(what: Awaited & { is: "wait" }, futures: readonly Future<unknown>[]): Promise<string> {
    const { done, pending } = await wait(futures, { timeout: what.ms, returnWhen: what.returnWhen });
    return futures
      .map((future) => `${done.has(future) ? "done" : ""}${pending.has(future) ? "pending" : ""}`)
      .join(" ");
  }

  async takesAll(what: Awaited, all: Iterable<Awaitable<unknown>>): Promise<void> {
    for (const next of all) this.note(what.id, `next ${shown(await next)}`);
  }

  /** What can be stopped is its first iteration. */
  soon(ticks: number, acts: readonly Act[], id: number): Handle {
    return getRunningLoop().callSoon(() => {
      if (ticks > 0) this.soon(ticks - 1, acts, id);
      else this.act(acts, id);
    });
  }

  act(acts: readonly Act[], id: number): void {
    for (const act of acts) {
      let event: string;
      try {
        event = this.result(act, id);
      } catch (error) {
        event = shown(error);
      }
      this.note(id, event);
    }
  }

  result(act: Act, id: number): string {
    switch (act.act) {
      case "cancelSelf":
        currentTask()?.cancel();
        break;
      case "cancel":
      case "look":
      case "setResult":
      case "setException":
        return this.withFuture(act, id);
      case "release":
        this.acquirable(act).release();
        break;
      case "locked":
        return `${this.acquirable(act).locked()}`;
      case "set":
        this.#events[act.at]!.set();
        break;
      case "clear":
        this.#events[act.at]!.clear();
        break;
      case "raise":
        this.#raised[act.at]!++;
        break;
      case "notify":
        this.#conditions[act.at]!.notify(act.times);
        break;
      case "resetBarrier":
        this.#barriers[act.at]!.reset();
        break;
      case "abortBarrier":
        this.#barriers[act.at]!.abort();
        break;
      case "barrierState": {
        const { nWaiting, broken } = this.#barriers[act.at]!;
        return `${nWaiting} ${broken}`;
      }
      case "putNowait":
        this.#queues[act.at]!.putNowait(act.item);
        break;
      case "getNowait":
        return `got ${this.#queues[act.at]!.getNowait()}`;
      case "taskDone":
        this.#queues[act.at]!.taskDone();
        break;
      case "shutdown":
      case "shutdownNow":
        this.#queues[act.at]!.shutdown({ immediate: act.act === "shutdownNow" });
        break;
      case "queueState": {
        const queue = this.#queues[act.at]!;
        return `${queue.size} ${queue.empty()} ${queue.full()}`;
      }
      case "stop":
        this.#timers[act.timer]?.cancel();
        break;
    }
    return act.act;
  }

  withFuture({ act, slot }: Act & { slot: number }, id: number): string {
    const future = this.slots[slot];
    if (!future) return "empty";
    if (act === "cancel") return `cancel: ${future.cancel()}`;
    if (act === "look") return state(future);
    // Others set their results themselves.
    if (slot >= this.#futures) return "not bare";
    if (act === "setResult") future.setResult(id);
    else future.setException(new Boom(`boom ${id}`));
    return "set";
  }
}

function state(future: Future<unknown>): string {
  if (!future.done()) return "pending";
  if (future.cancelled()) return "cancelled";
  return `done ${shown(future.exception() ?? future.result())}`;
}

const named = [
  [BrokenBarrierError, "broken"],
  [QueueEmpty, "queue empty"],
  [QueueFull, "queue full"],
  [QueueShutDown, "shut down"],
] as const;

function shown(value: unknown): string {
  if (typeof value === "number" || typeof value === "string") return String(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(" ")}]`;
  if (!(value instanceof Error)) return "ok";
  if (value instanceof Boom) return value.message;
  if (value instanceof CancelledError) return "cancelled";
  if (value instanceof TimeoutError) return "timeout";
  // Their order is by time; CPython puts the error of the body last.
  if (value instanceof ExceptionGroup) return `group(${value.errors.map(shown).sort().join(", ")})`;
  for (const [kind, name] of named) if (value instanceof kind) return name;
  if (value instanceof InvalidStateError) return "misuse";
  return `${value.name}: ${value.message}`;
}
