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

/** Each kind as often as it is wanted. */
function lots<K extends string>(often: Record<K, number>, wanted: (kind: K) => boolean = () => true): K[] {
  return (Object.keys(often) as K[]).filter(wanted).flatMap((kind) => new Array<K>(often[kind]).fill(kind));
}

type StepKind = Step["do"];
/** Without those of a theme. */
type AwaitedKind = keyof typeof awaiteds;
type ActKind = keyof typeof acts;

/** How often each kind is chosen, beside the others. */
const steps: Record<StepKind, number> = {
  await: 10,
  spawn: 5,
  child: 2,
  keep: 1,
  try: 5,
  throw: 1,
  spin: 4,
  act: 4,
  soon: 4,
  later: 4,
  callback: 1,
};
const awaiteds = {
  sleep: 4,
  call: 4,
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
const acts = { cancel: 6, cancelSelf: 1, setResult: 3, setException: 1, look: 1 };

/** What half of the steps of a program can be about. */
const themes = ["lock", "condition", "semaphore", "event", "barrier"] as const;
type Theme = (typeof themes)[number];

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
  readonly #steps: readonly StepKind[];
  readonly #awaiteds: readonly AwaitedKind[];
  readonly #acts: readonly ActKind[];
  readonly #themes: readonly Theme[];
  readonly #semaphores: Program["semaphores"];
  readonly #barriers: readonly number[];

  constructor(seed: number) {
    const random = randomOf(seed);
    this.#random = random;
    this.#budget = 8 + random(50);
    this.#futures = random(3);
    this.#slots = this.#futures + 1 + random(4);
    this.#acts = lots(acts);
    const chosen = Array.from({ length: random(3) }, () => this.#pick(themes));
    this.#themes = chosen;
    this.#semaphores = chosen.includes("semaphore")
      ? [0, 1].map(() => ({ value: random(3), bounded: random(4) === 0 }))
      : [];
    this.#barriers = chosen.includes("barrier") ? [1 + random(3), 2] : [];
    // Each program has some of the constructs, so that those few meet often.
    const few = 1 + random(4);
    this.#awaiteds = lots(awaiteds, (kind) => ["sleep", "call", "slot"].includes(kind) || random(4) < few);
    const kinds: StepKind[] = [
      "await",
      "spawn",
      "act",
      ...(this.#awaiteds.includes("group") ? ["child" as const] : []),
    ];
    this.#steps = lots(steps, (kind) => kinds.includes(kind) || (kind !== "child" && random(4) < few));
  }

  program(): Program {
    const main: Step[] = [];
    for (let slot = 0; slot < this.#futures; slot++) {
      if (this.#random(4) === 0) continue;
      const act: Act = { act: this.#random(4) === 0 ? "setException" : "setResult", slot };
      main.push({ id: ++this.#id, do: "later", ms: this.#random(LONGEST), ticks: this.#random(MOST_TICKS), act });
    }
    // Most that main does itself would keep it from doing more.
    while (this.#budget > 0) main.push(this.#random(3) === 0 ? this.#step(0) : this.#task());
    return { futures: this.#futures, semaphores: this.#semaphores, barriers: this.#barriers, main };
  }

  #pick<K>(of: readonly K[]): K {
    return of[this.#random(of.length)]!;
  }

  #task(): Step {
    this.#budget--;
    const what: Awaited = { id: ++this.#id, is: "call", body: this.#block(1, 5) };
    return { id: ++this.#id, do: "spawn", what, slot: this.#ownSlot() };
  }

  #block(depth: number, longest = 3): Block {
    const block: Step[] = [];
    for (let count = 1 + this.#random(longest); count > 0 && this.#budget > 0; count--) block.push(this.#step(depth));
    return block;
  }

  /** Of clean-ups half do no more than wait. */
  #cleanUp(depth: number): Block {
    return this.#random(2) === 0 ? this.#block(depth, 2) : [{ id: ++this.#id, do: "spin", times: 1 + this.#random(3) }];
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
          ...(shape === 0 && { inner: this.#cleanUp(depth + 1) }),
          ...(shape !== 1 && shape !== 2 && { handler: this.#block(depth + 1, 2) }),
          ...(shape < 5 && { cleanUp: this.#cleanUp(depth + 1) }),
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
    if (!kind && this.#themes.length > 0 && random(2) === 0) return this.#themed(id, depth);
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

  #themed(id: number, depth: number): Awaited {
    const random = this.#random;
    const at = random(2);
    const from = this.#pick(this.#themes);
    if (from === "event" || from === "barrier") return { id, is: from, at };
    const shape = random(from === "condition" ? 6 : 3);
    if (shape === 0) return { id, is: "acquire", from, at };
    if (shape < 3) return { id, is: "with", from, at, body: this.#block(depth + 1) };
    const waits: Awaited = shape === 3 ? { id, is: "raised", at, times: 1 + random(2) } : { id, is: "notified", at };
    if (random(4) === 0) return waits;
    // A condition is waited for with its lock held.
    const body: Step[] = [{ id: ++this.#id, do: "await", what: waits }, ...this.#block(depth + 1, 2)];
    return { id: ++this.#id, is: "with", from, at, body };
  }

  #themedAct(): Act {
    const random = this.#random;
    const at = random(2);
    const from = this.#pick(this.#themes);
    if (from === "event") return { act: random(3) === 0 ? "clear" : "set", at };
    if (from === "barrier") return { act: this.#pick(["resetBarrier", "abortBarrier", "barrierState"] as const), at };
    if (from === "condition" && random(4) > 0)
      return random(3) === 0 ? { act: "raise", at } : { act: "notify", at, times: this.#pick([1, 2, 99]) };
    return { act: random(4) === 0 ? "locked" : "release", from, at };
  }

  #act(): Act {
    if (this.#themes.length > 0 && this.#random(2) === 0) return this.#themedAct();
    const act = this.#pick(this.#acts);
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
