/** The names that an input finds: those of tsyncio, and what former inputs have declared. */
import * as tsyncio from "../index.js";
import * as syntax from "../syntax/index.js";
import { showTasks } from "./replTasks.js";

/** What a name of an input reads and assigns: a variable inside of the function that the input became. */
type Restore = () => void;

export class ReplScope {
  readonly syntax: object = syntax;
  readonly helpers: object;
  /** Names that the platform has, too: its own code must go on to find its own, so inputs get these as parameters. */
  readonly #parameters: Map<string, unknown> = new Map();
  /** Of the input that is about to run: how each of its names gets back what it was. */
  #declared: Map<string, { readonly read: () => unknown; readonly restore: Restore }> = new Map();

  constructor(helpers: object) {
    this.helpers = helpers;
    for (const [name, value] of Object.entries({ ...tsyncio, tsyncio, ps: showTasks })) {
      if (name in globalThis) this.#parameters.set(name, value);
      else Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
    }
  }

  get parameters(): readonly string[] {
    return [...this.#parameters.keys()];
  }

  /** The arguments of what the compiler has made of an input that was given these parameters. */
  arguments(parameters: readonly string[]): readonly unknown[] {
    this.#declared = new Map();
    return [this, ...parameters.map((name) => this.#parameters.get(name))];
  }

  /** Called by the input, for each name that it declares. */
  declare(name: string, read: () => unknown, assign: (value: unknown) => void): void {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    const parameter = this.#parameters.get(name);
    Object.defineProperty(globalThis, name, { get: read, set: assign, configurable: true, enumerable: true });
    this.#parameters.delete(name);
    const restore = (): void => {
      if (before) Object.defineProperty(globalThis, name, before);
      else Reflect.deleteProperty(globalThis, name);
      if (parameter !== undefined) this.#parameters.set(name, parameter);
    };
    this.#declared.set(name, { read, restore });
  }

  /** The input has failed: a name that it has given no value to means again what it meant before. Returns a function, for an input that ends later. */
  undoer(): () => void {
    const declared = this.#declared;
    return () => {
      for (const { read, restore } of declared.values()) {
        try {
          read();
        } catch {
          restore();
        }
      }
    };
  }
}
