// The helpers of lowered code in the form in which test262 meets them: what a call of a lowered async function gives is begun at once, as
// the language has it, by the way that the library offers for that (`createTask` with `eager`). All else is what every program gets.
import { createTask } from "tsyncio";
import * as syntax from "tsyncio/syntax";

export * from "tsyncio/syntax";

/**
 * Outside of the loop, `eager` begins a task with the next microtask. So that it begins at once there too, the loop's next turn is
 * taken at once: this stands between the loop and the platform's `queueMicrotask`.
 */
let due = null;
const { queueMicrotask } = globalThis;
globalThis.queueMicrotask = (callback) => {
  const entry = { callback };
  due = entry;
  queueMicrotask(() => take(entry));
};

function take(entry) {
  const callback = entry?.callback;
  if (!callback) return;
  entry.callback = null;
  callback();
}

function begun(coroutine) {
  const task = createTask(coroutine, { eager: true });
  take(due);
  return task;
}

// Without spread: a test may have changed the iterator of arrays.
const calling =
  (helper) =>
  (...args) =>
    begun(Reflect.apply(helper, undefined, args));

export const co = calling(syntax.co);
export const coLazy = calling(syntax.coLazy);
export const plain = calling(syntax.plain);

export function asyncGenerator(...args) {
  const generator = Reflect.apply(syntax.asyncGenerator, undefined, args);
  for (const name of ["next", "throw", "return"]) {
    const method = generator[name];
    const value = (...values) => begun(Reflect.apply(method, generator, values));
    Object.defineProperty(generator, name, { value, configurable: true, writable: true });
  }
  return generator;
}
