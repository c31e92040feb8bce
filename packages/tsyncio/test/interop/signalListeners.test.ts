/** `until`, `abortSignal` and `scopedToSignal` leave no listener behind, whatever way they end. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { abortSignal, type Coroutine, coroutine, createTask, scopedToSignal, sleep, until } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { inBothForms } from "../support/forms.js";
import { outcome } from "../support/outcome.js";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

/** A native operation that is ended by hand, and that obeys its signal, as `fetch` does. */
class Operation {
  readonly promise: Promise<string>;
  readonly signal: AbortSignal;
  #end!: (settle: () => void) => void;
  #resolve!: (value: string) => void;
  #reject!: (error: unknown) => void;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const stop = (): void => this.#reject(signal.reason);
    this.#end = (settle) => {
      signal.removeEventListener("abort", stop);
      settle();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  }

  succeed(): void {
    this.#end(() => this.#resolve("value"));
  }

  fail(): void {
    this.#end(() => this.#reject(new Error("failed")));
  }
}

/** What ends the operation, given it, the task that awaits it, and the outer signal. */
type End = (operation: Operation, task: { cancel(): void }, controller: AbortController) => void;

const ends: Record<string, [end: End, outcome: string]> = {
  value: [(operation) => operation.succeed(), "value"],
  error: [(operation) => operation.fail(), "Error: failed"],
  cancel: [(_, task) => task.cancel(), "cancelled"],
  "the outer signal": [(_, __, controller) => controller.abort(new Error("stop")), "Error: stop"],
  "a value and then, in the same turn, a cancel": [
    (operation, task) => {
      operation.succeed();
      task.cancel();
    },
    "cancelled",
  ],
  "a cancel and then, in the same turn, the outer signal": [
    (_, task, controller) => {
      task.cancel();
      controller.abort(new Error("stop"));
    },
    "cancelled",
  ],
};

const ways: Record<string, (make: (signal: AbortSignal) => Operation) => Coroutine<string>> = {
  "until(fn)": (make) => until((signal) => make(signal).promise),
  "abortSignal()": coroutine(function* (make) {
    return yield* until(make(abortSignal()).promise);
  }),
};

for (const [what, way] of Object.entries(ways)) {
  describe(`${what} inside scopedToSignal()`, () => {
    for (const [how, [end, expected]] of Object.entries(ends)) {
      inBothForms(`leaves no listener after ${how}`, async ({ fn, wait }) => {
        const controller = new AbortController();
        let operation: Operation | undefined;
        const body = fn("body", function* () {
          return yield* wait(
            way((signal) => {
              operation = new Operation(signal);
              return operation;
            }),
          );
        });
        const main = fn("main", function* () {
          const task = createTask(scopedToSignal(controller.signal, body));
          // The clock stands still while a promise is awaited.
          for (let i = 0; i < 5; i++) yield* wait(sleep(0));
          assert.equal(listeners(controller.signal), 1);
          assert.equal(listeners(operation?.signal as AbortSignal), 1);
          end(operation as Operation, task, controller);
          return yield* wait(outcome(task));
        });
        assert.equal(await runWithVirtualTime(main()), expected);
        assert.equal(listeners(controller.signal), 0);
        assert.equal(listeners(operation?.signal as AbortSignal), 0);
        assert.equal(operation?.signal.aborted, !["value", "error"].includes(how));
      });
    }

    inBothForms("leaves no listener where the signal is aborted already", async ({ fn, wait }) => {
      const signal = AbortSignal.abort(new Error("already"));
      let operation: Operation | undefined;
      const body = fn("body", function* () {
        return yield* wait(
          way((inner) => {
            operation = new Operation(inner);
            return operation;
          }),
        );
      });
      assert.equal(await runWithVirtualTime(() => outcome(scopedToSignal(signal, body))), "Error: already");
      assert.equal(listeners(signal), 0);
      if (operation) assert.equal(listeners(operation.signal), 0);
    });
  });
}

test("a signal that lives long gathers no listeners, not even for a moment", async () => {
  const { signal } = new AbortController();
  const warnings: Error[] = [];
  const noted = (warning: Error): number => warnings.push(warning);
  process.on("warning", noted);
  let most = 0;
  await runWithVirtualTime(
    coroutine(function* () {
      for (let i = 0; i < 200; i++) {
        yield* scopedToSignal(signal, () =>
          until((inner) => {
            most = Math.max(most, listeners(signal), listeners(inner));
            return Promise.resolve(abortSignal());
          }),
        );
      }
    }),
  );
  await new Promise(setImmediate);
  process.off("warning", noted);
  assert.deepEqual([most, listeners(signal), warnings], [1, 0, []]);
});
