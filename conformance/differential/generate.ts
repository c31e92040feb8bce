/** Random programs; the same seed gives the same program. */
import type { Act, Awaited, Block, Program, Step } from "./program.ts";

/** A small deterministic source of numbers (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function generate(seed: number): Program {
  return new Generator(seed).program();
}

type StepKind = Step["do"];
type AwaitedKind = Awaited["is"];
type ActKind = Act["act"];

/** How often each kind is chosen, beside the others. */
const steps: Record<StepKind, number> = {
  await: 10,
  spawn: 5,
  child: 2,
  keep: 1,
  try: 4,
  throw: 1,
  spin: 3,
  act: 4,
  soon: 3,
  later: 3,
  callback: 1,
};
const awaiteds: Record<AwaitedKind, number> = {
  sleep: 4,
  call: 3,
  slot: 6,
  task: 2,
  gather: 3,
  shield: 1,
  waitFor: 2,
  timeout: 2,
  group: 2,
  wait: 1,
  asCompleted: 1,
};
const acts: Record<ActKind, number> = { cancel: 6, cancelSelf: 1, setResult: 3, setException: 1, look: 1 };

/** Few times and few things, so that they meet. */
const LONGEST = 5;
const MOST_TICKS = 4;

class Generator {
  readonly #random: (below: number) => number;
  /** Steps that may still be made. */
  #budget: number;
  #id = 0;
  readonly #slots: number;
  readonly #futures: number;
  readonly #steps: Record<StepKind, number>;
  readonly #awaiteds: Record<AwaitedKind, number>;

  constructor(seed: number) {
    const random = randomOf(seed);
    this.#random = random;
    this.#budget = 8 + random(50);
    this.#futures = random(3);
    this.#slots = this.#futures + 1 + random(4);
    // Each program has some of the constructs, so that those few meet often.
    const some = <K extends string>(all: Record<K, number>, always: string[]): Record<K, number> => {
      const of = 1 + random(4);
      const chosen = Object.entries<number>(all).map(([kind, often]) => [
        kind,
        always.includes(kind) || random(4) < of ? often : 0,
      ]);
      return Object.fromEntries(chosen) as Record<K, number>;
    };
    this.#steps = some(steps, ["await", "spawn", "act"]);
    this.#awaiteds = some(awaiteds, ["sleep", "call", "slot"]);
    if (this.#awaiteds.group === 0) this.#steps.child = 0;
  }

  program(): Program {
    const start: Step[] = [];
    for (let slot = 0; slot < this.#futures; slot++) {
      if (this.#random(4) === 0) continue;
      const act: Act = { act: this.#random(4) === 0 ? "setException" : "setResult", slot };
      start.push({ id: ++this.#id, do: "later", ms: this.#random(LONGEST), ticks: this.#random(MOST_TICKS), act });
    }
    // Without it most would wait for ever, soon.
    for (let number = this.#random(3); number >= 0; number--) {
      const body = this.#block(1, 5);
      const what: Awaited = { id: ++this.#id, is: "call", body };
      start.push({ id: ++this.#id, do: "spawn", what, slot: this.#ownSlot() });
    }
    const main = [...start];
    while (this.#budget > 0) main.push(this.#step(0));
    return { futures: this.#futures, main };
  }

  #pick<K extends string>(often: Record<K, number>): K {
    const entries = Object.entries<number>(often);
    let left = this.#random(entries.reduce((sum, [, number]) => sum + number, 0));
    for (const [kind, number] of entries) {
      left -= number;
      if (left < 0) return kind as K;
    }
    throw new Error("nothing to choose from");
  }

  #block(depth: number, longest = 3): Block {
    const block: Step[] = [];
    for (let count = 1 + this.#random(longest); count > 0 && this.#budget > 0; count--) block.push(this.#step(depth));
    return block;
  }

  #step(depth: number): Step {
    this.#budget--;
    const id = ++this.#id;
    const random = this.#random;
    const make = this.#pick(this.#steps);
    switch (make) {
      case "await":
        return { id, do: make, what: this.#awaited(depth) };
      case "spawn":
        return { id, do: make, what: this.#awaited(depth), slot: this.#ownSlot() };
      case "child":
        return { id, do: make, group: random(2), what: this.#awaited(depth), slot: this.#ownSlot() };
      case "keep":
        return { id, do: make, what: this.#awaited(depth, "gather"), slot: this.#ownSlot() };
      case "try": {
        const body = this.#block(depth + 1);
        const shape = random(8);
        return {
          id,
          do: make,
          body,
          ...(shape === 0 && { inner: this.#block(depth + 1, 2) }),
          ...(shape !== 1 && shape !== 2 && { handler: this.#block(depth + 1, 2) }),
          ...(shape < 5 && { cleanUp: this.#block(depth + 1, 2) }),
        };
      }
      case "throw":
        return { id, do: make };
      case "spin":
        return { id, do: make, times: 1 + random(MOST_TICKS) };
      case "act":
        return { id, do: make, act: this.#act() };
      case "soon":
        return { id, do: make, ticks: random(MOST_TICKS), act: this.#act() };
      case "later":
        return { id, do: make, ms: random(LONGEST), ticks: random(MOST_TICKS), act: this.#act() };
      case "callback":
        return { id, do: make, slot: random(this.#slots), act: this.#act() };
    }
  }

  #awaited(depth: number, kind?: AwaitedKind): Awaited {
    const id = ++this.#id;
    const random = this.#random;
    const deep = depth > 5 || this.#budget <= 0;
    const is = kind ?? (deep ? (["sleep", "slot"] as const)[random(2)]! : this.#pick(this.#awaiteds));
    switch (is) {
      case "sleep":
        return { id, is, ms: random(3) === 0 ? 0 : random(LONGEST) };
      case "call":
        return { id, is, body: this.#block(depth + 1) };
      case "slot":
        return { id, is, slot: random(this.#slots) };
      case "task":
        return { id, is, what: this.#awaited(depth + 1), slot: this.#ownSlot() };
      case "gather":
        return { id, is, of: this.#several(depth), returnExceptions: random(3) === 0 };
      case "shield":
        return { id, is, what: this.#awaited(depth + 1) };
      case "waitFor": {
        return { id, is, what: this.#awaited(depth + 1), ms: random(LONGEST) };
      }
      case "timeout":
        return { id, is, ms: random(LONGEST), body: this.#block(depth + 1) };
      case "group":
        return { id, is, group: random(2), body: this.#block(depth + 1) };
      case "wait": {
        const returnWhen = (["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"] as const)[random(3)]!;
        return { id, is, of: this.#several(depth), returnWhen, ...(random(3) === 0 && { ms: random(LONGEST) }) };
      }
      case "asCompleted":
        return { id, is, of: this.#several(depth), ...(random(3) === 0 && { ms: random(LONGEST) }) };
    }
  }

  #several(depth: number): Awaited[] {
    return Array.from({ length: this.#random(4) }, () => this.#awaited(depth + 1));
  }

  /** A slot that holds no bare future. */
  #ownSlot(): number {
    return this.#futures + this.#random(this.#slots - this.#futures);
  }

  #act(): Act {
    const act = this.#pick(acts);
    switch (act) {
      case "cancelSelf":
        return { act };
      case "setResult":
      case "setException":
        return { act, slot: this.#random(Math.max(1, this.#futures)) };
      case "cancel":
      case "look":
        return { act, slot: this.#random(this.#slots) };
    }
  }
}
