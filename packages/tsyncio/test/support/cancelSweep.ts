/**
 * The cancel sweep: a scenario is played once for every place at which one of its tasks can be cancelled.
 *
 * A place is a gap between two entries of the ready queue, so before and after each step of each task, in every iteration of the loop,
 * and one of the tasks that have not ended by then. The scenario is played on a virtual clock, so it does the same each time up to that
 * place. Afterwards nobody hangs, no task, timer or waiter is left, nothing is reported, and what the scenario itself asserts holds.
 * On request two cancellations are tried too: a second one in every gap near the first, as far as a limit allows.
 */
import assert from "node:assert/strict";
import {
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  ExceptionGroup,
  type Host,
  type Report,
  sleep,
  type Task,
} from "tsyncio";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";
import { readyQueue } from "./internals.js";
import { shown } from "./outcome.js";
import { randomOf } from "./randomProgram.js";
import { collectReports } from "./reports.js";

/** Runs in the main task, which is never cancelled; it makes the tasks. */
export type Scenario = (stage: Stage) => Generator<unknown, void, any>;

interface Waited {
  statistics(): object;
}

/** What a scenario works with. */
export class Stage {
  readonly checks: (() => void)[] = [];
  readonly waited: Waited[] = [];
  readonly tasks: Task<unknown>[] = [];
  /** Blocks that were entered and not left. */
  inside = 0;
  /** What tasks may fail with. */
  mayFail: (error: unknown) => boolean = () => false;

  /** Makes a task; it may end with a value, or cancelled. */
  task<T>(name: string, work: Coroutine<T>): Task<T> {
    const task = createTask(work, { name });
    this.tasks.push(task);
    return task;
  }

  /** Nobody waits at it when all is over. */
  watch<W extends Waited>(primitive: W): W {
    this.waited.push(primitive);
    return primitive;
  }

  /** Called when all is over. */
  check(holds: () => void): void {
    this.checks.push(holds);
  }

  /** With a count of its own of what is inside. */
  part(): Stage {
    const part = new Stage();
    this.check(() => assert.equal(part.inside, 0, "all clean-ups were run"));
    return part;
  }

  /** Gives the value after that time. Its clean-up waits too, and has ended when all is over. */
  work<T>(time: number, value: T): Coroutine<T> {
    return working(this, time, value) as Coroutine<T>;
  }
}

const working = coroutine(function* (stage: Stage, time: number, value: unknown) {
  stage.inside++;
  try {
    yield* sleep(time);
    return value;
  } finally {
    try {
      yield* sleep(1);
    } finally {
      stage.inside--;
    }
  }
});

/** A task whose children, made by `body`, have ended when it ends. */
export function owning(stage: Stage, body: (part: Stage) => Generator<unknown, unknown, any>): void {
  const part = stage.part();
  let leftBehind = 0;
  stage.mayFail = isExpected;
  const owner = coroutine(function* () {
    try {
      return yield* body(part);
    } finally {
      leftBehind = part.inside;
    }
  });
  stage.task("owner", owner());
  stage.check(() => assert.equal(leftBehind, 0, "its children had ended"));
}

/** A failure of the program itself. */
export class Expected extends Error {}

export const failing: (time: number) => Coroutine<never> = coroutine(function* (time: number) {
  yield* sleep(time);
  throw new Expected("fails");
});

/** A task that is cancelled fails where its children have failed: errors are kept. */
function isExpected(error: unknown): boolean {
  return error instanceof ExceptionGroup ? error.errors.every(isExpected) : error instanceof Expected;
}

/** Where a cancellation comes: before the entry with this number is taken out of the queue; which of the tasks that have not ended. */
interface Cut {
  readonly gap: number;
  readonly task: number;
}

interface Trial {
  /** For each gap, how many tasks could be cancelled there. */
  readonly gaps: readonly number[];
  readonly problems: readonly string[];
}

class Probe extends readyQueue.ReadyQueue {
  readonly gaps: number[] = [];
  readonly #cuts: readonly Cut[];
  #main: Task<unknown> | null = null;

  constructor(cuts: readonly Cut[]) {
    super();
    this.#cuts = cuts;
  }

  begin(main: Task<unknown>): void {
    this.#main = main;
  }

  end(): void {
    this.#main = null;
  }

  live(): Task<unknown>[] {
    const main = this.#main;
    return main ? ([...main.root.tasks()].filter((task) => task !== main) as Task<unknown>[]) : [];
  }

  override shift(): ReturnType<InstanceType<typeof readyQueue.ReadyQueue>["shift"]> {
    if (this.#main) {
      const live = this.live();
      const gap = this.gaps.push(live.length) - 1;
      for (const cut of this.#cuts) if (cut.gap === gap) live[cut.task]?.cancel();
    }
    return super.shift();
  }
}

class ProbedClock extends VirtualClock implements Host {
  readonly queue: Probe;

  constructor(probe: Probe) {
    super();
    this.queue = probe;
  }
}

async function attempt(scenario: Scenario, cuts: readonly Cut[]): Promise<Trial> {
  const probe = new Probe(cuts);
  const problems: string[] = [];
  let reports: Report[] = [];
  const play = coroutine(function* () {
    reports = collectReports();
    const main = currentTask() as Task<unknown>;
    const stage = new Stage();
    probe.begin(main);
    yield* scenario(stage);
    yield* sleep("100h");
    for (const task of probe.live())
      problems.push(`'${task.name}' hangs: it waits for ${task.waitingOn?.describe() ?? "nothing"}`);
    probe.end();
    for (const task of stage.tasks) {
      const error = task.done() && !task.cancelled() ? task.exception() : null;
      if (error !== null && !stage.mayFail(error)) problems.push(`'${task.name}' failed: ${shown(error)}`);
    }
    if (problems.length > 0) return;
    if (main.scheduler.timers.size > 0) problems.push("a timer is left");
    if (stage.inside !== 0) problems.push(`${stage.inside} clean-ups were not run`);
    for (const primitive of stage.waited) {
      const left = Object.entries(primitive.statistics()).filter(([name, value]) => /waiting/i.test(name) && value > 0);
      if (left.length > 0) problems.push(`a waiter is left: ${primitive}`);
    }
    for (const holds of stage.checks) {
      try {
        holds();
      } catch (error) {
        problems.push(shown(error));
      }
    }
  });
  try {
    await runWithVirtualTime(play(), { clock: new ProbedClock(probe) });
  } catch (error) {
    problems.push(`the run failed: ${shown(error)}`);
  }
  // Where something hangs, what the end of the run meets is no news.
  if (problems.length === 0) for (const { message } of reports) problems.push(`reported: ${message}`);
  return { gaps: probe.gaps, problems };
}

/** What a sweep has found. */
export interface Sweep {
  /** How many places of one cancellation there are; all were tried. */
  readonly points: number;
  /** How many pairs of cancellations were tried. */
  readonly pairs: number;
  /** Of each that broke something: where, and what. */
  readonly violations: readonly string[];
}

/** How many gaps behind the first cancellation the second one may come. */
const NEAR = 16;

/** @param pairs - how many pairs of cancellations are drawn by chance; those that fall behind the end are not tried */
export async function cancelSweep(scenario: Scenario, pairs = 0): Promise<Sweep> {
  const violations: string[] = [];
  let tried = 0;
  const told = ({ problems }: Trial, where: string): void => {
    tried++;
    if (problems.length > 0) violations.push(`${where}: ${problems.join("; ")}`);
  };
  const undisturbed = await attempt(scenario, []);
  if (undisturbed.problems.length > 0) throw new Error(`without a cancellation: ${undisturbed.problems.join("; ")}`);
  const singles: { cut: Cut; gaps: readonly number[] }[] = [];
  for (const [gap, live] of undisturbed.gaps.entries())
    for (let task = 0; task < live; task++) {
      const cut = { gap, task };
      const trial = await attempt(scenario, [cut]);
      told(trial, `task ${task} in gap ${gap}`);
      singles.push({ cut, gaps: trial.gaps });
    }
  const random = randomOf(1);
  for (let pair = 0; pair < pairs; pair++) {
    const { cut, gaps } = singles[random(singles.length)] as (typeof singles)[number];
    const gap = cut.gap + random(NEAR);
    const live = gaps[gap] ?? 0;
    // By then nothing is left to be cancelled.
    if (live === 0) continue;
    // Half of them hit the task that was cancelled already.
    const second = { gap, task: random(2) === 0 ? Math.min(cut.task, live - 1) : random(live) };
    const trial = await attempt(scenario, [cut, second]);
    told(trial, `task ${cut.task} in gap ${cut.gap}, then task ${second.task} in gap ${second.gap}`);
  }
  return { points: singles.length, pairs: tried - singles.length, violations };
}
