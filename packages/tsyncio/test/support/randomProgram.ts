/** Random programs of every construct, with random cancellations; the same seed gives the same program. */
import {
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  moveOnAfter,
  shield,
  sleep,
  type Task,
  until,
  waitFor,
  withCancelScope,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import type { Form } from "./forms.js";
import { shown } from "./outcome.js";

const kinds = [
  "sleep",
  "pause",
  "call",
  "calls",
  "gather",
  "limited gather",
  "group",
  "timeout",
  "move on",
  "shielded scope",
  "shield",
  "task",
  "two awaiters",
  "wait for",
  "throw",
  "catch",
  "self-cancel",
  "native",
  "until",
] as const;
type Kind = (typeof kinds)[number];

interface Node {
  readonly id: number;
  readonly kind: Kind;
  readonly time: number;
  readonly cleanUp: "none" | "waits" | "throws" | "waits and throws" | "calls";
  readonly children: readonly Node[];
}

/** A small deterministic source of numbers (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function plan(random: (below: number) => number, depth: number, ids: { next: number }): Node {
  const kind =
    depth === 0 ? (["sleep", "pause", "throw", "native", "sleep"] as const)[random(5)] : kinds[random(kinds.length)];
  const cleanUp = (["none", "none", "waits", "throws", "waits and throws", "calls"] as const)[random(6)];
  const count = 1 + random(3);
  const id = ids.next++;
  const children = depth === 0 ? [] : Array.from({ length: count }, () => plan(random, depth - 1, ids));
  return { id, kind: kind as Kind, time: random(12), cleanUp: cleanUp as Node["cleanUp"], children };
}

export interface Played {
  /** All that happened, with the virtual time. */
  readonly log: string[];
  readonly outcome: string;
  readonly entered: Map<number, number>;
  readonly left: Map<number, number>;
  /** Pairs of a function and one that it called and awaited: the inner must have left first. */
  readonly nested: [outer: number, inner: number][];
  readonly tasksLeft: number;
  readonly timersLeft: number;
}

export const playRandom = coroutine(function* (form: Form, seed: number) {
  const random = randomOf(seed);
  const tree = plan(random, 4, { next: 0 });
  const cancels = Array.from({ length: random(4) }, () => ({ time: random(40), ticks: random(4) }));
  const stage = new Stage(form);
  const task = createTask(stage.play(tree), { name: "program" });
  for (const { time, ticks } of cancels) {
    const tick = (left: number): void => {
      if (left > 0) getRunningLoop().callSoon(tick, left - 1);
      else {
        stage.note(`cancel: ${task.cancel()}`);
      }
    };
    getRunningLoop().callLater(time, tick, ticks);
  }
  let outcome: string;
  try {
    yield* task;
    outcome = "value";
  } catch (error) {
    outcome = shown(error);
  }
  // What escaped, such as siblings of a failed gather, ends by itself.
  yield* sleep(10_000);
  const { log, entered, left, nested } = stage;
  return {
    log,
    outcome,
    entered,
    left,
    nested,
    tasksLeft: currentTask()?.root.taskCount ?? -1,
    timersLeft: currentTask()?.scheduler.timers.size ?? -1,
  };
});

class Stage {
  readonly log: string[] = [];
  readonly entered = new Map<number, number>();
  readonly left = new Map<number, number>();
  readonly nested: [number, number][] = [];
  readonly play: (node: Node) => Coroutine<number>;
  readonly #form: Form;
  #order = 0;

  constructor(form: Form) {
    this.#form = form;
    const stage = this;
    const { wait } = form;
    const closing = form.fn("closing", function* (id: number) {
      try {
        yield* wait(sleep(2));
      } finally {
        stage.note(`${id} closing`);
      }
    });
    this.play = form.fn("play", function* (node: Node): Generator<unknown, number, unknown> {
      const { id, cleanUp } = node;
      stage.entered.set(id, (stage.entered.get(id) ?? 0) + 1);
      stage.note(`${id} ${node.kind}`);
      try {
        yield* stage.act(node);
        stage.note(`${id} acted`);
      } finally {
        stage.note(`${id} finally`);
        try {
          if (cleanUp.startsWith("waits")) yield* wait(sleep(3));
          if (cleanUp === "calls") yield* wait(closing(id));
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          if (cleanUp.endsWith("throws")) throw new Error(`clean-up ${id}`);
        } finally {
          stage.left.set(id, stage.#order++);
          stage.note(`${id} left`);
        }
      }
      return id;
    });
  }

  note(event: string): void {
    this.log.push(`${getRunningLoop().time()}: ${event}`);
  }

  *act(node: Node): Generator<unknown, void, unknown> {
    const { wait } = this.#form;
    const { children, time, id } = node;
    const first = children[0] as Node;
    const call = (child: Node): Coroutine<number> => {
      this.nested.push([id, child.id]);
      return this.play(child);
    };
    switch (node.kind) {
      case "sleep":
        return void (yield* wait(sleep(time)));
      case "pause":
        return void (yield* wait(sleep(0)));
      case "call":
        return void (yield* wait(call(first)));
      case "calls":
        for (const child of children) yield* wait(call(child));
        return;
      case "gather":
        return void (yield* wait(gather(children.map((child) => this.play(child)))));
      case "limited gather":
        return void (yield* wait(
          gather(
            children.map((child) => this.play(child)),
            { concurrency: 1, returnExceptions: true },
          ),
        ));
      case "group":
        return void (yield* wait(
          withTaskGroup((group) => {
            for (const child of children.slice(1)) group.createTask(call(child), { eager: time % 2 === 0 });
            return call(first);
          }),
        ));
      case "timeout":
        return void (yield* wait(withTimeout(time, () => call(first))));
      case "move on":
        return void (yield* wait(moveOnAfter(time, () => call(first))));
      case "shielded scope":
        return void (yield* wait(withCancelScope(() => call(first), { shield: true })));
      case "shield":
        return void (yield* wait(shield(this.play(first))));
      case "task":
        return void (yield* wait(createTask(this.play(first), { eager: time % 2 === 0 })));
      case "two awaiters": {
        const shared: Task<number> = createTask(this.play(first));
        return void (yield* wait(
          gather(
            shared,
            moveOnAfter(time, () => shared),
          ),
        ));
      }
      case "wait for":
        return void (yield* wait(waitFor(call(first), time)));
      case "throw":
        yield* wait(sleep(time));
        throw new Error(`thrown ${id}`);
      case "catch":
        try {
          yield* wait(call(first));
        } catch (error) {
          this.note(`${id} caught ${shown(error)}`);
        }
        return;
      case "self-cancel":
        currentTask()?.cancel();
        return void (yield* wait(call(first)));
      case "native":
        return void (yield* wait(until(Promise.resolve())));
      case "until":
        return void (yield* wait(until(() => call(first))));
    }
  }
}
