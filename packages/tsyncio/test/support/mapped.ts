/** What the tests of mapConcurrent map: a source, a worker and a reader that note what becomes of them. */
import { coroutine, type Duration, sleep } from "tsyncio";
import type { CoroutineIterator } from "tsyncio/patterns";
import { shown } from "./outcome.js";

/** Items of a source that notes when it is asked and closed. */
export function* noted<T>(events: unknown[], items: Iterable<T>): Generator<T> {
  try {
    for (const item of items) {
      events.push(`pull ${item}`);
      yield item;
    }
    events.push("end");
  } finally {
    events.push("closed");
  }
}

/** Sleeps as long as the item says, and notes its beginning, its end, and its clean-up where it is cancelled. */
export const worker = (events: unknown[], cleanUp: Duration = 1) =>
  coroutine(function* (time: number) {
    let ended = false;
    events.push(`begin ${time}`);
    try {
      yield* sleep(time);
      ended = true;
      return time * 10;
    } finally {
      if (!ended) {
        yield* sleep(cleanUp);
        events.push(`cleaned ${time}`);
      } else events.push(`end ${time}`);
    }
  });

/** All results, and how it ended. */
export const collect = coroutine(function* (results: CoroutineIterator<unknown>) {
  const seen: unknown[] = [];
  try {
    for (let next = yield* results.next(); !next.done; next = yield* results.next()) seen.push(next.value);
    seen.push("done");
  } catch (error) {
    seen.push(shown(error));
  }
  return seen;
});
