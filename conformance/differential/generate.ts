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
const acts = { cancel: 6, cancelSelf: 1, setResult: 3, setException: 1, look: 1, stop: 1 };

/** What half of the steps of a program can be about. */
const themes = ["lock", "condition", "semaphore", "event", "barrier", "queue"] as const;
type Theme = (typeof themes)[number];
/** What a crowd is about that has no theme: each other. */
const focuses = ["slot", "slot", "slot", "gather", "gather", "call", "shield", "waitFor", "group"] as const;
const queueActs = [
  ...(["putNowait", "putNowait", "getNowait", "getNowait", "taskDone", "taskDone", "taskDone"] as const),
  ...(["queueState", "shutdown", "shutdownNow"] as const),
] as const;

/** Few times and few things, so that they meet. */
const LONGEST = 5;
const MOST_TICKS = 4;

class Generator {
  readonly #random: (below: number) => number;
  /** Steps that may still be made. */
  #budget: number;
  #id = 0;
  readonly #crowded: boolean;
  readonly #slots: number;
  readonly #futures: number;
  readonly #steps: readonly StepKind[];
  readonly #awaiteds: readonly AwaitedKind[];
  readonly #acts: readonly ActKind[];
  readonly #themes: readonly Theme[];
  readonly #semaphores: Program["semaphores"];
  readonly #barriers: readonly number[];
  readonly #queues: Program["queues"];

  constructor(seed: number) {
    const random = randomOf(seed);
    this.#random = random;
    this.#budget = 8 + random(50);
    this.#futures = random(3);
    this.#crowded = random(2) === 0;
    this.#slots = this.#futures + (this.#crowded ? 3 + random(5) : 1 + random(4));
    this.#acts = lots(acts);
    const chosen = Array.from({ length: this.#crowded ? Math.min(1, random(4)) : random(3) }, () => this.#pick(themes));
    this.#themes = chosen;
    this.#semaphores = chosen.includes("semaphore")
      ? [0, 1].map(() => ({ value: random(3), bounded: random(4) === 0 }))
      : [];
    const queues = ["fifo", "fifo", "lifo", "priority"] as const;
    this.#queues = chosen.includes("queue") ? [0, 1].map(() => ({ kind: this.#pick(queues), maxSize: random(4) })) : [];
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
      main.push(this.#later([act]));
    }
    if (this.#crowded) main.push(...this.#crowd());
    // Most that main does itself would keep it from doing more.
    else while (this.#budget > 0) main.push(this.#random(3) === 0 ? this.#step(0) : this.#task());
    return {
      futures: this.#futures,
      semaphores: this.#semaphores,
      barriers: this.#barriers,
      queues: this.#queues,
      main,
    };
  }

  #pick<K>(of: readonly K[]): K {
    return of[this.#random(of.length)]!;
  }

  /** Several tasks at few things, and bursts of acts that meet them there. */
  #crowd(): Step[] {
    const random = this.#random;
    const crowd: Step[] = [];
    for (let slot = this.#futures; slot < this.#slots; slot++)
      crowd.push({ id: ++this.#id, do: "spawn", what: this.#call(this.#member()), slot });
    for (let bursts = 2 + random(5); bursts > 0; bursts--) {
      const acts = Array.from({ length: random(3) }, () => this.#act());
      crowd.push(this.#later([...acts, ...(acts.length === 0 || random(2) === 0 ? this.#collision() : [])]));
    }
    return crowd;
  }

  /** Somebody is woken and somebody is cancelled, in one order or the other. */
  #collision(): Act[] {
    const random = this.#random;
    const cancel: Act = { act: "cancel", slot: random(this.#slots) };
    const [from] = this.#themes;
    const wake = from ? this.#wake(from) : this.#act();
    return random(2) === 0 ? [wake, cancel] : [cancel, wake];
  }

  #wake(from: Theme): Act {
    const random = this.#random;
    const at = this.#at();
    switch (from) {
      case "event":
        return { act: "set", at };
      case "barrier":
        return this.#act();
      case "queue":
        return random(3) === 0 ? { act: "getNowait", at } : { act: "putNowait", at, item: random(9) };
      case "condition":
        if (random(2) === 0) return { act: "notify", at, times: 1 + random(2) };
    }
    return { act: "release", from, at };
  }

  #member(): Block {
    const random = this.#random;
    const member: Step[] = [];
    if (random(3) > 0) member.push(this.#pause());
    for (let waits = 1 + random(2); waits > 0; waits--) {
      const wait: Step = { id: ++this.#id, do: "await", what: this.#focus() };
      const shape = random(6);
      if (shape < 2) member.push(wait);
      else if (shape === 2) member.push({ id: ++this.#id, do: "try", body: [wait], handler: [this.#pause()] });
      else member.push(this.#guarded(wait, this.#pause()));
    }
    if (random(6) === 0) member.push({ id: ++this.#id, do: "throw" });
    return member;
  }

  /** What a member of the crowd waits for. */
  #focus(depth = 0): Awaited {
    const random = this.#random;
    const id = ++this.#id;
    if (this.#themes.length > 0) return this.#themed(id, 0);
    const is = depth > 1 ? "slot" : this.#pick(focuses);
    switch (is) {
      case "slot":
        return { id, is, slot: random(this.#slots) };
      case "shield":
        return { id, is, what: this.#focus(depth + 1) };
      case "waitFor":
        return { id, is, what: this.#focus(depth + 1), ms: random(LONGEST) };
      case "gather": {
        const of = Array.from({ length: 1 + random(3) }, () => this.#focus(depth + 1));
        return { id, is, of, returnExceptions: random(4) === 0 };
      }
      case "call": {
        const fails: Step[] = random(6) === 0 ? [{ id: ++this.#id, do: "throw" }] : [];
        const wait: Step = { id: ++this.#id, do: "await", what: this.#focus(depth + 1) };
        return this.#call([this.#guarded(random(2) === 0 ? wait : this.#pause()), ...fails]);
      }
      case "group": {
        const children = Array.from({ length: 1 + random(2) }, (): Step => {
          return { id: ++this.#id, do: "child", group: 0, what: this.#focus(depth + 1), slot: this.#ownSlot() };
        });
        return { id, is, group: 0, body: [...children, this.#guarded(this.#pause())] };
      }
    }
  }

  #guarded(...body: Step[]): Step {
    return { id: ++this.#id, do: "try", body, cleanUp: [this.#pause()] };
  }

  #pause(): Step {
    const id = ++this.#id;
    if (this.#random(2) === 0) return { id, do: "spin", times: 1 + this.#random(3) };
    return { id, do: "await", what: { id: ++this.#id, is: "sleep", ms: this.#random(LONGEST) } };
  }

  #call(body: Block): Awaited {
    return { id: ++this.#id, is: "call", body };
  }

  #later(acts: Act[]): Step {
    const random = this.#random;
    return { id: ++this.#id, do: "later", ms: random(LONGEST), ticks: random(MOST_TICKS), acts, timer: random(2) };
  }

  #task(): Step {
    this.#budget--;
    return { id: ++this.#id, do: "spawn", what: this.#call(this.#block(1, 5)), slot: this.#ownSlot() };
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
        return { id, do: make, acts: this.#several(() => this.#act()) };
      case "soon":
        return { id, do: make, ticks: random(MOST_TICKS), acts: this.#several(() => this.#act()), timer: random(2) };
      case "later":
        return this.#later(this.#several(() => this.#act()));
      case "callback":
        return { id, do: make, slot: random(this.#slots), acts: this.#several(() => this.#act()) };
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
        return { id, is, of: this.#awaitedList(depth), returnExceptions: random(3) === 0 };
      case "shield":
        return { id, is, what: this.#awaited(depth + 1) };
      case "waitFor":
        return { id, is, what: this.#awaited(depth + 1), ms: random(LONGEST) };
      case "timeout":
        return { id, is, ms: random(LONGEST), body: this.#block(depth + 1) };
      case "group":
        return { id, is, group: random(2), body: this.#block(depth + 1) };
      case "wait": {
        const returnWhen = (["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"] as const)[random(3)]!;
        return { id, is, of: this.#awaitedList(depth), returnWhen, ...(random(3) === 0 && { ms: random(LONGEST) }) };
      }
      case "asCompleted":
        return { id, is, of: this.#awaitedList(depth), ...(random(3) === 0 && { ms: random(LONGEST) }) };
    }
  }

  /** Mostly one. */
  #several<T>(make: () => T): T[] {
    return Array.from({ length: Math.max(1, this.#random(6) - 2) }, make);
  }

  #awaitedList(depth: number): Awaited[] {
    return Array.from({ length: this.#random(4) }, () => this.#awaited(depth + 1));
  }

  /** A slot that holds no bare future. */
  #ownSlot(): number {
    return this.#futures + this.#random(this.#slots - this.#futures);
  }

  /** Of two things mostly the first. */
  #at(): number {
    return this.#random(4) === 0 ? 1 : 0;
  }

  #themed(id: number, depth: number): Awaited {
    const random = this.#random;
    const at = this.#at();
    const from = this.#pick(this.#themes);
    if (from === "event" || from === "barrier") return { id, is: from, at };
    if (from === "queue") {
      const is = this.#pick(["put", "put", "get", "get", "get", "join"] as const);
      return is === "put" ? { id, is, at, item: random(9) } : { id, is, at };
    }
    const shape = random(from === "condition" ? 6 : 3);
    if (shape === 0) return { id, is: "acquire", from, at };
    const inside = (): Block => (this.#crowded ? [this.#pause()] : this.#block(depth + 1, 2));
    if (shape < 3) return { id, is: "with", from, at, body: inside() };
    const waits: Awaited = shape === 3 ? { id, is: "raised", at, times: 1 + random(2) } : { id, is: "notified", at };
    if (random(4) === 0) return waits;
    // A condition is waited for with its lock held.
    const body: Step[] = [{ id: ++this.#id, do: "await", what: waits }, ...inside()];
    return { id: ++this.#id, is: "with", from, at, body };
  }

  #themedAct(): Act {
    const random = this.#random;
    const at = this.#at();
    const from = this.#pick(this.#themes);
    if (from === "event") return { act: random(3) === 0 ? "clear" : "set", at };
    if (from === "barrier") return { act: this.#pick(["resetBarrier", "abortBarrier", "barrierState"] as const), at };
    if (from === "queue") {
      const act = this.#pick(queueActs);
      return act === "putNowait" ? { act, at, item: random(9) } : { act, at };
    }
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
      case "stop":
        return { act, timer: this.#random(2) };
      case "setResult":
      case "setException":
        return { act, slot: this.#random(Math.max(1, this.#futures)) };
      case "cancel":
      case "look":
        return { act, slot: this.#random(this.#slots) };
    }
  }
}
