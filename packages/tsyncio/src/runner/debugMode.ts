/**
 * Debug mode of a run: what is noted of its tasks, and what is told of them. All that it needs while the run is on is put on the run itself, so
 * that other runs have nothing to ask.
 */
import type { Closable } from "../kernel/closables.js";
import { CoreTask } from "../kernel/coreTask.js";
import { current } from "../kernel/current.js";
import { Root } from "../kernel/root.js";
import { activeRuns } from "../kernel/scheduler.js";
import { type Captured, captureLine, placeOf } from "../kernel/stackLine.js";
import { describeWaits, waits } from "./describeWaits.js";
import { hostProcess } from "./environment.js";
import { isLibrary, library } from "./library.js";
import { watchOverdue } from "./overdue.js";
import type { Run } from "./runState.js";

/** Loaded where debug mode is on. No bundler may see it: a program of one file would become one of several. */
const DESCRIBE: string = "../debug/describeTasks.js";

/** Enough to reach the program through the library: from the constructor of a task, and from `run`. */
const FEW = 6;
const LINES = 16;

/** How long after the last run the process is asked what keeps it alive. */
const PATIENCE = 1000;

/** @returns what ends this, to be called when the run has ended */
export function debugRun(run: Run): () => void {
  waits.loading ??= import(/* webpackIgnore: true */ /* @vite-ignore */ DESCRIBE).then(
    ({ describeTasks }: { describeTasks: NonNullable<typeof waits.describe> }) => {
      waits.describe = describeTasks;
    },
    // In a bundle, which has no such file beside it, the plain text has to do.
    () => {},
  );
  tellWhereMade();
  run.add = noteOrigin;
  if (run.main) setOrigin(run.main as CoreTask, debugRun as () => unknown, LINES);
  run.cancelled = noteCancel;
  const { end } = run;
  run.end = () => {
    tellLeft(run);
    return end.call(run);
  };
  const { closables } = run;
  closables[Symbol.iterator] = function* () {
    for (const closable of closables.values()) {
      if (/async generator/.test(closable.name))
        run.scheduler.report({
          message: `${closable.name} was begun and neither finished nor closed; the run closes it at its end\n    Loop over it to its end, leave the loop by break, or await its return().`,
        });
      yield closable;
    }
  } as Set<Closable>[typeof Symbol.iterator];
  const process = run.scheduler.host.jump ? undefined : hostProcess();
  const exit = (): void => tellExit(run);
  process?.on("exit", exit);
  return () => {
    // A runner comes again.
    run.end = end;
    process?.off("exit", exit);
    if (process && run.ending && activeRuns.size === 0) tellWhatKeeps();
  };
}

/** The task begins: in place of `Root.add`. */
function noteOrigin(this: Root, task: CoreTask): void {
  setOrigin(task, task.constructor as () => unknown, FEW);
  Root.prototype.add.call(this, task);
}

function setOrigin(task: CoreTask, above: () => unknown, lines: number): void {
  task.origin = Object.assign(captureLine(above, lines), { library });
}

/** Where the task was made, by the program. */
export function madeAt(task: CoreTask): string {
  return task.origin ? placeInProgram(task.origin) : "";
}

/** The first line that is not of the library. */
function placeInProgram(stack: Captured): string {
  for (let index = 0; index < LINES; index++) {
    const place = placeOf(stack, index);
    if (!isLibrary(place)) return place;
  }
  return "";
}

let telling = false;

/** From now on what is told of a task says where it was made, if that was noted. */
function tellWhereMade(): void {
  if (telling) return;
  telling = true;
  const { describe } = CoreTask.prototype;
  CoreTask.prototype.describe = function (this: CoreTask): string {
    const place = madeAt(this);
    return place ? `${describe.call(this)}, made at ${place}` : describe.call(this);
  };
}

/** A task of the run is cancelled. */
function noteCancel(task: CoreTask): void {
  watchOverdue(task);
  const by = current.task;
  if (!by || by.root === task.root) return;
  const stack = captureLine(CoreTask.prototype.cancel as () => unknown, LINES);
  const place = placeInProgram(stack);
  task.scheduler.report({
    message: `${task.describe()} was cancelled by task '${by.name}', which belongs to another run${place && `\n    at ${place}`}\n    Tell it what to do by a queue, an event or a future: each run ends its own tasks.`,
    task,
  });
}

/** The main task has ended, and the run ends with it. */
function tellLeft(run: Run): void {
  if (run.taskCount === 0 || run.failure || run.main?.cancelled()) return;
  const message = "still on at the end of the run, and cancelled; await them, or make them in a task group:";
  run.scheduler.report({ message: `${message}\n${describeWaits(run)}` });
}

/** The process ends in the middle of a run. */
function tellExit(run: Run): void {
  if (run.taskCount > 0)
    run.scheduler.report({ message: `the process ends while a run is on:\n${describeWaits(run)}${openHandles()}` });
}

/** What the platform still waits for. */
function openHandles(): string {
  const { process } = globalThis as unknown as { process?: { getActiveResourcesInfo?(): string[] } };
  const counts = new Map<string, number>();
  for (const name of process?.getActiveResourcesInfo?.() ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size === 0) return "";
  return `\n    open: ${[...counts].map(([name, count]) => (count > 1 ? `${count} ${name}` : name)).join(", ")}`;
}

/** All runs have ended: where the process goes on, says why. */
function tellWhatKeeps(): void {
  const timer = setTimeout(() => {
    const open = openHandles();
    if (activeRuns.size === 0 && open)
      console.error(`all runs have ended ${PATIENCE / 1000} s ago, and the process goes on:${open}`);
  }, PATIENCE) as unknown as { unref?(): void };
  timer.unref?.();
}
