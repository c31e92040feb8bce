/** What the page shows of a trace, in arrays that are quick to draw from. */
import { type Doing, replayTrace, type Trace } from "tsyncio/debug";
import { Columns } from "./columns.js";
import { Peaks } from "./peaks.js";

export const RUNNING = 0;
export const READY = 1;
export const WAITING = 2;

const DOINGS: readonly Doing[] = ["running", "ready", "waiting"];

/** What holds the lane longer than this is a block, in milliseconds: from here on people notice. */
export const BLOCK = 50;

export type TaskEnd = "result" | "error" | "cancelled" | "unfinished";

export interface TaskLane {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly fn: string;
  readonly madeAt: string;
  readonly from: number;
  to: number;
  ending: TaskEnd;
  /** The error, or the reason of the cancellation. */
  value: string;
  depth: number;
  /** Its segments in the columns: from the first to before the last. */
  first: number;
  last: number;
  readonly sums: [running: number, ready: number, waiting: number];
  /** The longest time for which it held the lane, and when. */
  longest: number;
  longestAt: number;
}

export interface Mark {
  readonly task: number;
  readonly time: number;
  readonly kind: "cancel" | "scope" | "error" | "cancelled";
  readonly text: string;
}

export interface Woken {
  readonly task: number;
  readonly text: string;
}

/** Of each segment what is not drawn. */
export interface Wait {
  readonly what: string;
  readonly awaited: number;
  readonly stack: number;
  readonly by: Woken;
}

export class Model {
  readonly trace: Trace;
  /** By id. */
  readonly tasks: Map<number, TaskLane> = new Map();
  /** Parents before their children, in the order of creation. */
  readonly order: TaskLane[] = [];
  readonly segments: Columns<Wait>;
  /** Steps and callbacks, by their begin. */
  readonly lane: Columns<string>;
  readonly arrows: {
    readonly kind: "spawn" | "wake";
    readonly a: number;
    readonly from: number;
    readonly b: number;
    readonly to: number;
  }[] = [];
  /** By time. */
  readonly marks: Mark[] = [];
  /** How many tasks were ready and waited for the lane. */
  readonly queue: Peaks;
  readonly duration: number;
  /** What held the lane for `BLOCK` or longer. */
  readonly blocks: readonly {
    readonly task: number;
    readonly name: string;
    readonly from: number;
    readonly to: number;
  }[];
  busy = 0;
  mostReady = 0;
  mostAlive = 0;

  constructor(trace: Trace) {
    this.trace = trace;
    this.duration = Math.max(trace.duration, 0.001);
    const segments = new Columns<Wait>();
    const lane = new Columns<string>();
    const changes: [time: number, by: number][] = [];
    const { tasks, marks, arrows } = this;
    replayTrace(trace, {
      task: ({ id, parent, name, fn, madeAt, spawnedAt }) => {
        if (tasks.has(id)) return;
        tasks.set(id, {
          id,
          parent,
          name,
          fn,
          madeAt,
          from: spawnedAt,
          to: trace.duration,
          ending: "unfinished",
          value: "",
          depth: 0,
          first: 0,
          last: 0,
          sums: [0, 0, 0],
          longest: 0,
          longestAt: 0,
        });
      },
      segment: ({ task, doing, from, to, what, awaited, stack, by }) => {
        const kind = DOINGS.indexOf(doing);
        segments.add(task, kind, from, to, { what, awaited, stack, by });
        const own = tasks.get(task) as TaskLane;
        own.sums[kind as 0 | 1 | 2] += to - from;
        if (kind === RUNNING && to - from > own.longest) {
          own.longest = to - from;
          own.longestAt = from;
        }
        if (kind === READY) changes.push([from, 1], [to, -1]);
      },
      lane: (kind, task, name, from, to) => {
        if (kind !== "idle") lane.add(task, kind === "step" ? 0 : 1, from, to, name);
      },
      arrow: (kind, a, from, b, to) => arrows.push({ kind, a, from, b, to }),
      cancelled: (task, time, by, reason, ofScope) => {
        const words = [ofScope ? "a scope was cancelled" : "cancel()", reason, by.text && `by ${by.text}`];
        marks.push({ task, time, kind: ofScope ? "scope" : "cancel", text: words.filter(Boolean).join(", ") });
      },
      exited: (task, time, ending, value) => {
        const own = tasks.get(task) as TaskLane;
        own.to = time;
        own.ending = ending;
        own.value = value;
        if (ending !== "result") marks.push({ task, time, kind: ending, text: value || ending });
      },
      run: () => {},
    });
    segments.sortByOwner();
    lane.sortByBegin();
    this.segments = segments;
    this.lane = lane;
    marks.sort((a, b) => a.time - b.time);
    this.#arrange();
    this.queue = queueOf(changes);
    this.mostReady = this.queue.highest;
    this.mostAlive = queueOf(
      [...tasks.values()].flatMap(
        ({ from, to }) =>
          [
            [from, 1],
            [to, -1],
          ] as [number, number][],
      ),
    ).highest;
    this.busy = unionOf(lane);
    this.blocks = [...lane.owner.keys()].flatMap((at) => {
      const [task = 0, name = "", from = 0, to = 0] = [lane.owner[at], lane.info[at], lane.from[at], lane.to[at]];
      return to - from >= BLOCK ? [{ task, name, from, to }] : [];
    });
  }

  nameOf(task: number): string {
    return this.tasks.get(task)?.name ?? "";
  }

  /** What a segment waits for, in words. */
  wait(at: number): string {
    const { what } = this.segments.info[at] as Wait;
    return what.replace(/^an? /, "");
  }

  /** The same, and in which function. */
  waitAndPlace(at: number): string {
    const { stack } = this.segments.info[at] as Wait;
    let innermost = this.trace.stacks[stack];
    while (innermost && innermost[1] > 0) innermost = this.trace.stacks[innermost[1]];
    const name = innermost && stack > 0 ? (this.trace.texts[innermost[0]] ?? "").split(" (")[0] : "";
    return name ? `${this.wait(at)} in ${name}` : this.wait(at);
  }

  /** The segment of a task at a time; -1: none. */
  segmentAt({ first, last }: TaskLane, time: number): number {
    const at = this.segments.firstEndingAfter(time, first, last);
    return at < last && (this.segments.from[at] as number) <= time ? at : -1;
  }

  /** Puts each task behind its parent, and gives it its segments. */
  #arrange(): void {
    const { owner } = this.segments;
    for (let at = 0; at < owner.length; ) {
      const task = this.tasks.get(owner[at] as number) as TaskLane;
      task.first = at;
      while (at < owner.length && owner[at] === task.id) at++;
      task.last = at;
    }
    const children = new Map<number, TaskLane[]>();
    for (const task of this.tasks.values()) {
      const parent = this.tasks.has(task.parent) ? task.parent : 0;
      const siblings = children.get(parent);
      if (siblings) siblings.push(task);
      else children.set(parent, [task]);
    }
    const left = (children.get(0) ?? []).reverse();
    for (let task = left.pop(); task; task = left.pop()) {
      this.order.push(task);
      for (const child of (children.get(task.id) ?? []).reverse()) {
        child.depth = task.depth + 1;
        left.push(child);
      }
    }
  }
}

function queueOf(changes: [time: number, by: number][]): Peaks {
  changes.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let count = 0;
  return new Peaks(
    changes.map(([time]) => time),
    changes.map(([, by]) => (count += by)),
  );
}

/** For how long something was on the lane. */
function unionOf(lane: Columns<string>): number {
  let sum = 0;
  let until = 0;
  for (let at = 0; at < lane.length; at++) {
    const to = lane.to[at] as number;
    if (to <= until) continue;
    sum += to - Math.max(until, lane.from[at] as number);
    until = to;
  }
  return sum;
}
