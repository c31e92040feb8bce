/**
 * The program of the combination test of cancellation: nested functions with clean-ups, which note all that they do, run under
 * somebody who cancels at a given moment.
 */
import {
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  sleep,
  withCancelScope,
  withTaskGroup,
} from "tsyncio";
import type { Form } from "./forms.js";
import { its, outcome } from "./outcome.js";

export const cleanups = ["none", "sync", "async", "failing", "failing later"] as const;
export type Cleanup = (typeof cleanups)[number];

export const cancellers = ["task", "scope", "deadline", "group failure", "outer task", "outer gather"] as const;
export type Canceller = (typeof cancellers)[number];

/** So many iterations of the loop after a time of the clock. */
export interface Moment {
  readonly time: number;
  readonly ticks: number;
}

export interface Combination {
  readonly form: Form;
  readonly depth: number;
  readonly cleanup: Cleanup;
  readonly canceller: Canceller;
  readonly moment: Moment;
  /** Iterations after the first cancel at which a second one comes. */
  readonly again: number | undefined;
}

/** What happened. */
export class Record {
  readonly entered: number[] = [];
  readonly finals: number[] = [];
  /** Lines that ran although the cancellation was on its way. */
  readonly violations: string[] = [];
  /** Errors thrown by clean-ups while they were unwound. */
  readonly thrown: number[] = [];
  unwound = false;
  cancelled = false;
  strict = false;
  outcome: unknown = undefined;
  leftTasks = -1;
  leftTimers = -1;
  leftWaiters = true;
}

export function play(combination: Combination): Coroutine<Record> {
  return director(combination);
}

const director = coroutine(function* (combination: Combination) {
  const record = new Record();
  const gate = new Future<void>();
  getRunningLoop().callLater(4, () => gate.setResult());
  record.outcome = yield* underCanceller(combination, record, workOf(combination, record, gate));
  // The canceller's moment may come later than the end.
  yield* sleep(100);
  record.leftTasks = currentTask()?.root.taskCount ?? -1;
  record.leftTimers = currentTask()?.scheduler.timers.size ?? -1;
  record.leftWaiters = gate.waiters !== null;
  return record;
});

function workOf(
  { form, cleanup }: Combination,
  record: Record,
  gate: Future<void>,
): (depth: number) => Coroutine<string> {
  const { fn, wait } = form;
  const line = (text: string): void => {
    if (record.unwound || (record.strict && record.cancelled)) record.violations.push(text);
  };
  const work: (depth: number) => Coroutine<string> = fn("work", function* (depth: number): Generator<
    unknown,
    string,
    unknown
  > {
    record.entered.push(depth);
    let left = false;
    try {
      yield* wait(sleep(0));
      line(`${depth}: after the first wait`);
      if (depth > 0) {
        yield* wait(work(depth - 1));
        line(`${depth}: after the call`);
      } else {
        for (const awaited of [sleep(0), sleep(2), sleep(0), gate, sleep(0)]) {
          yield* wait(awaited);
          line(`0: after a wait`);
        }
      }
      yield* wait(sleep(0));
      line(`${depth}: after the last wait`);
      left = true;
    } catch (error) {
      left = true;
      throw error;
    } finally {
      record.finals.push(depth);
      if (!left) record.unwound = true;
      if (cleanup === "async" || cleanup === "failing later") {
        yield* wait(sleep(0));
        yield* wait(sleep(1));
        if (!left) record.finals.push(depth + 0.25);
      }
      if (cleanup.startsWith("failing")) {
        if (!left) record.thrown.push(depth);
        // biome-ignore lint/correctness/noUnsafeFinally: what is tested
        throw new Error(`clean-up ${depth}`);
      }
    }
    return "value";
  });
  return cleanup === "none" ? withoutFinally(form, record, gate) : work;
}

function withoutFinally({ fn, wait }: Form, record: Record, gate: Future<void>): (depth: number) => Coroutine<string> {
  const work: (depth: number) => Coroutine<string> = fn("work", function* (depth: number): Generator<
    unknown,
    string,
    unknown
  > {
    try {
      yield* wait(sleep(0));
      if (record.strict && record.cancelled) record.violations.push(`${depth}: after the first wait`);
      if (depth > 0) yield* wait(work(depth - 1));
      else yield* wait(gather(sleep(2), gate));
      if (record.strict && record.cancelled) record.violations.push(`${depth}: after the call`);
    } catch {
      record.violations.push("caught");
    }
    return "value";
  });
  return work;
}

const underCanceller = coroutine(function* (
  { form, depth, canceller, moment, again }: Combination,
  record: Record,
  work: (depth: number) => Coroutine<string>,
) {
  record.strict = canceller !== "deadline" && canceller !== "group failure";
  const schedule = (cancel: () => void): void => {
    after(moment, () => {
      record.cancelled = true;
      cancel();
      if (again !== undefined) after({ time: getRunningLoop().time(), ticks: again }, cancel);
    });
  };
  switch (canceller) {
    case "task": {
      const task = createTask(work(depth));
      schedule(() => task.cancel());
      return yield* outcome(task);
    }
    case "scope":
    case "deadline":
      return yield* outcome(
        withCancelScope((scope) => {
          schedule(() => {
            if (canceller === "scope") scope.cancel();
            else scope.deadline = getRunningLoop().time();
          });
          return work(depth);
        }),
      );
    case "group failure": {
      const trigger = new Future<void>();
      schedule(() => {
        if (!trigger.done()) trigger.setException(new Error("sibling"));
      });
      return yield* outcome(
        withTaskGroup((group) => {
          group.createTask(work(depth));
          group.createTask(its(trigger));
        }),
      );
    }
    case "outer task":
    case "outer gather": {
      const outer = createTask(
        form.fn("outer", function* () {
          if (canceller === "outer task") return yield* form.wait(createTask(work(depth)));
          return (yield* form.wait(gather(work(depth), sleep(10))))[0];
        })(),
      );
      schedule(() => outer.cancel());
      return yield* outcome(outer);
    }
  }
});

function after({ time, ticks }: Moment, callback: () => void): void {
  const loop = getRunningLoop();
  const tick = (left: number): void => {
    if (left === 0) callback();
    else loop.callSoon(tick, left - 1);
  };
  if (time <= loop.time()) tick(ticks);
  else loop.callAt(time, tick, ticks);
}
