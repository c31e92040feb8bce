/** Cases for the rules, in short: each is a piece of code in the same surroundings, and what is said of it. */

import { rules } from "@tsyncio/eslint-plugin";
import type { InvalidTestCase, ValidTestCase } from "@typescript-eslint/rule-tester";
import { typed, untyped } from "./ruleTester.js";

const IMPORTS = `import { coroutine, createTask, gather, Queue, run, sleep, type Task, until } from "tsyncio";
import { bare, both, Files, lines, load, overloaded, price, reload, save, type Store } from "./library.js";
import { fetchNow } from "./native.js";
declare const id: string, ids: string[], store: Store, queue: Queue<string>, task: Task<void>;
declare function use(...values: unknown[]): void;
`;

/** Where a piece of code stands. */
export type Place = (code: string) => string;
export const inAsync: Place = (code) => `${IMPORTS}async function main() {\n${code}\n}`;
export const inGenerator: Place = (code) => `${IMPORTS}const main = coroutine(function* () {\n${code}\n});`;
export const inPlain: Place = (code) => `${IMPORTS}function main() {\n${code}\n}`;
export const atTop: Place = (code) => `${IMPORTS}${code}`;
/** Where nothing can be suggested: nothing awaits here, and the names of the library mean something else. */
export const helpless: Place = (code) => {
  const [head = "", body = head] = code.split("|||");
  return `${body === head ? "" : head}\nfunction helpless(createTask, gather, until) { ${body} }`;
};
export const alone: Place = (code) => code;

/** What the rule says, and the code after each of its suggestions. */
export type Said = readonly [messageId: string, ...suggested: string[]];

interface Case {
  readonly name: string;
  readonly code: string;
  readonly place: Place;
  readonly options?: readonly unknown[];
  readonly settings?: unknown;
}
interface BadCase extends Case {
  readonly errors: readonly Said[];
  readonly output?: string;
}

/** The cases of one rule. */
export class Cases {
  readonly #good: Case[] = [];
  readonly #bad: BadCase[] = [];

  constructor(readonly rule: string) {}

  good(
    name: string,
    place: Place,
    code: string,
    more: { options?: readonly unknown[]; settings?: unknown } = {},
  ): this {
    this.#good.push({ name, code, place, ...more });
    return this;
  }

  bad(name: string, place: Place, code: string, ...errors: readonly Said[]): this {
    this.#bad.push({ name, code, place, errors });
    return this;
  }

  /** A finding that is mended by itself. */
  mended(name: string, place: Place, code: string, messageId: string, output: string): this {
    this.#bad.push({ name, code, place, errors: [[messageId]], output });
    return this;
  }

  /** Hands the cases to the tester, with type information or without. */
  run(information: "typed" | "untyped"): void {
    const tester = information === "typed" ? typed() : untyped();
    const rule = rules[this.rule] as unknown as Parameters<typeof tester.run>[1];
    const valid = this.#good.map(({ name, code, place, ...more }) => ({ name, code: place(code), ...more }));
    const invalid = this.#bad.map(({ name, code, place, errors, output }) => ({
      name,
      code: place(code),
      output: output === undefined ? null : place(output),
      errors: errors.map(([messageId, ...suggested]) => ({
        messageId,
        ...(suggested.length === 0
          ? {}
          : { suggestions: suggested.map((it) => ({ messageId: suggestionOf(messageId, it), output: place(it) })) }),
      })),
    }));
    tester.run(`${this.rule}, ${information}`, rule, {
      valid: valid as unknown as ValidTestCase<[]>[],
      invalid: invalid as unknown as InvalidTestCase<string, []>[],
    });
  }
}

function suggestionOf(messageId: string, code: string): string {
  if (messageId === "itself") return code.includes("function* (") ? "dropName" : "callOuter";
  return SUGGEST[messageId] ?? "suggest";
}

/** The messages of suggestions that are not "suggest". */
const SUGGEST: Readonly<Record<string, string>> = {
  twice: "shareTask",
  loop: "shareTask",
};
