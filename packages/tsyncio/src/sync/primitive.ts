/** What the primitives have in common: tasks wait for them, and they show their state to people. */
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import { define } from "../kernel/define.js";
import { showAsText } from "../kernel/showAsText.js";
import { WaitQueue } from "../kernel/waitQueue.js";

export abstract class Primitive {
  static {
    showAsText(Primitive.prototype);
  }

  declare readonly [Symbol.toStringTag]: string;
  /** @internal */ declare readonly site: CodeSite;
  /** @internal Those that wait. */ readonly waiting: WaitQueue;

  constructor(waiting: WaitQueue = new WaitQueue()) {
    this.waiting = waiting;
  }

  /** The state at this moment, for people and for tests. */
  abstract statistics(): object;

  toString(): string {
    const state = Object.entries(this.statistics()).map(([name, value]) => `${name}: ${value}`);
    return `${this[Symbol.toStringTag]} { ${state.join(", ")} }`;
  }
}

/** The names of a class, which a minifier would shorten, and of its coroutines. */
export function entitle({ prototype }: { prototype: Primitive }, name: string, verb: string): void {
  define(prototype, { [Symbol.toStringTag]: name, site: librarySite(`${name}.${verb}`) });
}
