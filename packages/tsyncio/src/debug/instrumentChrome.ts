/**
 * A trace as Perfetto (https://ui.perfetto.dev) and Chrome's tracing page (chrome://tracing) read it: a thread for each task, with its
 * steps and its waits as slices; a process of one thread for the loop, with all that it runs; arrows for spawns and wake-ups; instants for
 * cancellations and errors.
 */
import { framesOf, type Trace } from "./instrumentFormat.js";
import { type Doer, replayTrace } from "./instrumentReplay.js";

/** An event of the format (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU). Times are in microseconds. */
export interface ChromeEvent {
  readonly ph: "X" | "i" | "s" | "f" | "M";
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  readonly bp?: "e";
  readonly s?: "t";
  readonly args?: Readonly<Record<string, unknown>>;
}

/** What the pages read: a file of it, as JSON. */
export interface ChromeTrace {
  readonly traceEvents: readonly ChromeEvent[];
  readonly displayTimeUnit: "ms";
  readonly otherData: Readonly<Record<string, unknown>>;
}

const LOOP = 1;
const TASKS = 2;
const LANE = 1;

/**
 * The trace in the format of Chrome's tracing page.
 *
 * @example
 * ```ts
 * await writeFile("trace.json", JSON.stringify(toChromeTrace(recorder.trace())));
 * ```
 */
export function toChromeTrace(trace: Trace): ChromeTrace {
  const traceEvents: ChromeEvent[] = [];
  eachChromeEvent(trace, (event) => traceEvents.push(event));
  const { title, startedAt, dropped } = trace;
  return { traceEvents, displayTimeUnit: "ms", otherData: { title, startedAt, dropped } };
}

/** The events one by one, for a file that is too large to be held as objects. */
export function eachChromeEvent(trace: Trace, emit: (event: ChromeEvent) => void): void {
  let arrows = 0;
  const label = (pid: number, tid: number, name: string, args: ChromeEvent["args"]): void =>
    emit({ ph: "M", name, pid, tid, args: args ?? {} });
  const slice = (pid: number, tid: number, name: string, cat: string, from: number, to: number, args = {}): void =>
    emit({ ph: "X", name, cat, pid, tid, ts: micros(from), dur: micros(to - from), args });
  const instant = (pid: number, tid: number, name: string, cat: string, time: number, args = {}): void =>
    emit({ ph: "i", s: "t", name, cat, pid, tid, ts: micros(time), args });

  label(LOOP, 0, "process_name", { name: `event loop: one lane ${trace.title}`.trim() });
  label(LOOP, 0, "process_sort_index", { sort_index: 0 });
  label(LOOP, LANE, "thread_name", { name: "the lane" });
  label(TASKS, 0, "process_name", { name: "tasks" });
  label(TASKS, 0, "process_sort_index", { sort_index: 1 });
  replayTrace(trace, {
    task({ id, name, fn }) {
      label(TASKS, id, "thread_name", { name: fn && fn !== name ? `${name} (${fn})` : name });
      label(TASKS, id, "thread_sort_index", { sort_index: id });
    },
    segment({ task, doing, from, to, what, stack, by }) {
      const name = doing === "waiting" ? `waits for ${what}` : doing;
      slice(TASKS, task, name, doing, from, to, {
        ...(doing === "waiting" && { stack: framesOf(trace, stack) }),
        ...(by.text && { wokenBy: by.text }),
      });
    },
    lane(kind, _task, name, from, to) {
      slice(LOOP, LANE, name || kind, kind, from, to);
    },
    arrow(name, fromTask, from, toTask, to) {
      const id = ++arrows;
      emit({ ph: "s", name, cat: "arrow", pid: TASKS, tid: fromTask, ts: micros(from), id });
      emit({ ph: "f", bp: "e", name, cat: "arrow", pid: TASKS, tid: toTask, ts: micros(to), id });
    },
    cancelled(task, time, by: Doer, reason, ofScope) {
      instant(TASKS, task, ofScope ? "scope cancelled" : "cancel()", "cancel", time, { by: by.text, reason });
    },
    exited(task, time, ending, value) {
      instant(TASKS, task, ending === "error" ? `error: ${value}` : ending, "end", time, { value });
    },
    run(time, begins) {
      instant(LOOP, LANE, begins ? "run begins" : "run ends", "run", time);
    },
  });
}

/** Microseconds, to the tenth. */
function micros(ms: number): number {
  return Math.round(ms * 10_000) / 10;
}
