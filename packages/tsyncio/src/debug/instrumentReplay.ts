/** Reading a trace as what a picture of it shows: what each task was doing from when to when, and what came from where. */
import {
  BEGIN,
  BUSY,
  CALL,
  CANCEL,
  EXIT,
  eachEvent,
  IDLE,
  PAUSE,
  RAN,
  RETURN,
  RUN,
  SCOPE,
  SPAWN,
  type Trace,
  WAIT,
  WAKE,
} from "./instrumentFormat.js";

/** What a task does: it runs on the lane, it is ready and waits for its turn, or it waits for something. */
export type Doing = "running" | "ready" | "waiting";

/** Who did something: a task by its number, 0 for none; or in words. */
export interface Doer {
  readonly task: number;
  readonly text: string;
}

export interface TraceTask {
  /** From 1, in the order of creation. */
  readonly id: number;
  /** 0: none. */
  readonly parent: number;
  readonly name: string;
  /** The coroutine function. */
  readonly fn: string;
  /** Where it was made, or where its function is defined. */
  readonly madeAt: string;
  readonly spawnedAt: number;
}

/** From when to when a task did what; times are in milliseconds since its first event. */
export interface Segment {
  readonly task: number;
  readonly doing: Doing;
  readonly from: number;
  readonly to: number;
  /** While it waits: for what; and the stack, see `framesOf`. */
  readonly what: string;
  readonly awaited: number;
  readonly stack: number;
  /** While it waited or was made ready: by whom it was woken. */
  readonly by: Doer;
  /** The recording ended first. */
  readonly unfinished: boolean;
}

/** Told in the order of their ends. */
export interface Replay {
  task(task: TraceTask): void;
  segment(segment: Segment): void;
  /** The loop ran a step of a task, or a callback (`task` 0), or nothing (`idle`). */
  lane(kind: "step" | "callback" | "idle", task: number, name: string, from: number, to: number): void;
  /** A task made another one, or woke it; `to` is when that runs. */
  arrow(kind: "spawn" | "wake", fromTask: number, from: number, toTask: number, to: number): void;
  cancelled(task: number, time: number, by: Doer, reason: string, ofScope: boolean): void;
  exited(task: number, time: number, ending: "result" | "error" | "cancelled", value: string): void;
  run(time: number, begins: boolean): void;
}

const NOBODY: Doer = { task: 0, text: "" };
const ENDINGS = ["result", "error", "cancelled"] as const;

class Lane {
  name: string;
  doing: Doing | null = null;
  since = 0;
  what = "";
  awaited = 0;
  stack = 0;
  by: Doer = NOBODY;
  /** Who has woken it in its own step. */
  wokenBy: Doer = NOBODY;
  done = false;
  /** When it last stopped to run. */
  left = 0;
  arrow: { readonly kind: "spawn" | "wake"; readonly task: number; readonly time: number } | null = null;

  constructor(name: string) {
    this.name = name;
  }
}

/** Goes through a trace from its begin to its end. */
export function replayTrace(trace: Trace, replay: Replay): void {
  const { texts } = trace;
  const lanes = new Map<number, Lane>();
  /** What is on the lane of the loop, the innermost last; task 0 is a callback. */
  const on: { readonly task: number; readonly name: string; readonly since: number }[] = [];
  let idleSince = -1;

  const text = (number: number | undefined): string => texts[number ?? 0] ?? "";
  const laneOf = (task: number): Lane => {
    let lane = lanes.get(task);
    if (!lane) {
      lane = new Lane(`task ${task}`);
      lanes.set(task, lane);
      replay.task({ id: task, parent: 0, name: lane.name, fn: "", madeAt: "", spawnedAt: 0 });
    }
    return lane;
  };
  const doer = (cause = 0): Doer => {
    if (cause % 2 === 0) return cause === 0 ? NOBODY : { task: 0, text: text(cause / 2) };
    const task = (cause - 1) / 2;
    return { task, text: laneOf(task).name };
  };
  /** The task does something else from now on. */
  const turn = (task: number, doing: Doing | null, time: number, unfinished = false): Lane => {
    const lane = laneOf(task);
    const { since, what, awaited, stack, by } = lane;
    if (lane.doing)
      replay.segment({ task, doing: lane.doing, from: since, to: time, what, awaited, stack, by, unfinished });
    if (lane.doing === "running") lane.left = time;
    lane.doing = doing;
    lane.since = time;
    lane.what = "";
    lane.awaited = lane.stack = 0;
    lane.by = NOBODY;
    return lane;
  };
  const leave = (time: number): number => {
    const step = on.pop();
    if (!step) return 0;
    replay.lane(step.task ? "step" : "callback", step.task, step.name, step.since, time);
    return step.task;
  };

  eachEvent(trace.events, ({ kind, time, fields }) => {
    const [task = 0, second = 0, third] = fields;
    switch (kind) {
      case SPAWN: {
        const named = third ?? 0;
        const lane = new Lane(named % 2 === 1 ? `Task-${(named - 1) / 2}` : text(named / 2));
        lanes.set(task, lane);
        replay.task({
          id: task,
          parent: second,
          name: lane.name,
          fn: text(fields[3]),
          madeAt: text(fields[4]),
          spawnedAt: time,
        });
        turn(task, "ready", time);
        if (second) lane.arrow = { kind: "spawn", task: second, time };
        break;
      }
      case WAKE: {
        const lane = laneOf(task);
        const by = doer(second);
        if (lane.doing === "waiting") {
          lane.by = by;
          turn(task, "ready", time).by = by;
        } else if (lane.doing === "running") lane.wokenBy = by;
        else lane.by = by;
        if (!lane.arrow && by.task && by.task !== task)
          lane.arrow = {
            kind: "wake",
            task: by.task,
            time: running(by.task) ? time : Math.min(time, laneOf(by.task).left),
          };
        break;
      }
      case BEGIN: {
        const lane = turn(task, "running", time);
        on.push({ task, name: lane.name, since: time });
        const { arrow } = lane;
        lane.arrow = null;
        if (arrow) replay.arrow(arrow.kind, arrow.task, arrow.time, task, time);
        break;
      }
      case PAUSE: {
        const left = leave(time);
        if (!left) break;
        const { done, wokenBy } = laneOf(left);
        turn(left, done ? null : "ready", time).by = wokenBy;
        break;
      }
      case WAIT: {
        const left = leave(time);
        if (!left) break;
        const lane = turn(left, "waiting", time);
        lane.what = second ? `task '${laneOf(second).name}'` : text(task);
        lane.awaited = second;
        lane.stack = third ?? 0;
        break;
      }
      case EXIT: {
        const lane = laneOf(task);
        lane.done = true;
        if (lane.doing !== "running") turn(task, null, time);
        replay.exited(task, time, ENDINGS[second] ?? "result", text(third));
        break;
      }
      case CANCEL:
      case SCOPE:
        laneOf(task);
        replay.cancelled(task, time, doer(second), text(third), kind === SCOPE);
        break;
      case CALL:
        on.push({ task: 0, name: text(task), since: time });
        break;
      case RETURN:
        leave(time);
        break;
      case IDLE:
        idleSince = time;
        break;
      case BUSY:
        if (idleSince >= 0) replay.lane("idle", 0, "", idleSince, time);
        idleSince = -1;
        break;
      case RUN:
      case RAN:
        replay.run(time, kind === RUN);
        break;
    }
  });
  const end = trace.duration;
  if (idleSince >= 0) replay.lane("idle", 0, "", idleSince, end);
  while (on.length > 0) leave(end);
  for (const [task, { doing }] of lanes) if (doing) turn(task, null, end, true);

  function running(task: number): boolean {
    return on.some((step) => step.task === task);
  }
}
