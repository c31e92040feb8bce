/** Calling a function of the program on behalf of a task. */

import { bareGenerator, isBareGenerator } from "./bareGenerator.js";
import { type CodeSite, librarySite } from "./codeSite.js";
import type { CoreTask } from "./coreTask.js";
import { Coroutine } from "./coroutine.js";
import { keepShape } from "./keepShape.js";
import { awaitValue } from "./promiseWait.js";
import { RAISE, type Verdict } from "./verdict.js";

/** Calls a function and awaits what it returns. */
export function awaitCall<A>(task: CoreTask, name: string, fn: (argument: A) => unknown, argument: A): Verdict {
  try {
    const value = fn(argument);
    if (isBareGenerator(value)) throw bareGenerator(name);
    return awaitValue(task, value);
  } catch (error) {
    task.value = error;
    return RAISE;
  }
}

/** A coroutine that calls a function when it begins, and gives what the function returns, awaited. */
export class Calling<T> extends Coroutine<T> {
  readonly #fn: () => unknown;

  constructor(site: CodeSite, fn: () => unknown) {
    super(site);
    this.#fn = fn;
  }

  begin(task: CoreTask): Verdict {
    return awaitCall(task, this.name, this.#fn, undefined);
  }
}

keepShape(new Calling(librarySite(""), () => {}));
