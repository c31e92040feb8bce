// Takes the place of `tsyncio/syntax` in the third run of a suite: a call makes an eager task and gives a native promise. What fails with the
// real helpers and passes with these fails since calls are lazy.
import { createTask } from "./dist/index.js";
import * as syntax from "./dist/syntax/index.js";

export * from "./dist/syntax/index.js";

export function co(...call) {
  return begun(syntax.co(...call));
}

export function coLazy(...call) {
  return begun(syntax.coLazy(...call));
}

export function plain(...call) {
  return begun(syntax.plain(...call));
}

export function asyncGenerator(...call) {
  const generator = syntax.asyncGenerator(...call);
  for (const method of ["next", "throw", "return"]) {
    const own = generator[method];
    Object.defineProperty(generator, method, { value: (argument) => begun(own.call(generator, argument)) });
  }
  return generator;
}

function begun(coroutine) {
  const task = createTask(coroutine, { eager: true });
  return new Promise((resolve, reject) => task.then(resolve, reject));
}
