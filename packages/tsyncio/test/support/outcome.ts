/** What an awaitable ended with, as a value that can be compared. */
import {
  type Awaitable,
  CancelledError,
  type Coroutine,
  coroutine,
  createTask,
  ExceptionGroup,
  sleep,
  type Task,
} from "tsyncio";

/** `value`, `"cancelled"`, or the text of the error (of a group: of its errors). */
export const outcome: (awaitable: Awaitable<unknown>) => Coroutine<unknown> = coroutine(function* (
  awaitable: Awaitable<unknown>,
) {
  try {
    return (yield awaitable) as unknown;
  } catch (error) {
    return shown(error);
  }
});

export function shown(error: unknown): string {
  if (error instanceof CancelledError) return "cancelled";
  if (error instanceof ExceptionGroup) return `group(${error.errors.map(shown).join(", ")})`;
  return error instanceof Error ? `${error.name}: ${error.message}` : `thrown ${String(error)}`;
}

/** An awaitable of any kind where the types ask for the iterable ones. */
export function its<T>(awaitable: Awaitable<T>): Coroutine<T> {
  return awaitable as Coroutine<T>;
}

/** Outcomes in tasks of their own, which wait by now. */
export const waiting = coroutine(function* (
  ...coroutines: Coroutine<unknown>[]
): Generator<unknown, Task<unknown>[], unknown> {
  const tasks = coroutines.map((one) => createTask(outcome(one)));
  yield* sleep(0);
  return tasks;
});
