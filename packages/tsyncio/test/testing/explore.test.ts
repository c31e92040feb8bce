import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Coroutine,
  createTask,
  DeadlockError,
  Future,
  gather,
  getRunningLoop,
  InvalidStateError,
  run,
  sleep,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { ExploreError, explore } from "tsyncio/testing";
import { type Form, inBothForms } from "../support/forms.js";
import { outcome } from "../support/outcome.js";

/** Two deposits with a pause between reading and writing. In the usual order the second reads what the first has written. */
function racyProgram({ fn, wait }: Form): () => Coroutine<void> {
  const deposit = fn("deposit", function* (account: { balance: number }, late: boolean) {
    if (late) yield* wait(sleep(0));
    const before = account.balance;
    yield* wait(sleep(0));
    account.balance = before + 1;
  });
  return fn("program", function* () {
    const account = { balance: 0 };
    yield* wait(gather(deposit(account, false), deposit(account, true)));
    assert.equal(account.balance, 2);
  });
}

async function failureOf(promise: Promise<unknown>): Promise<ExploreError> {
  const error = await promise.then(
    () => assert.fail("explore found nothing"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ExploreError, String(error));
  return error;
}

describe("explore", () => {
  inBothForms("finds a lost update that the usual order hides, and names the seed", async (form) => {
    const program = racyProgram(form);
    await run(program());
    const error = await failureOf(explore(program));
    assert.ok(error.seed > 0);
    assert.match(error.message, new RegExp(`seed ${error.seed};.*\\{ seed: ${error.seed} \\}`));
    assert.ok(error.cause instanceof assert.AssertionError);
    assert.equal(error.code, "TSYNCIO_EXPLORE");
  });

  inBothForms("with the seed it fails again, in the same way; the seeds before it pass", async (form) => {
    const program = racyProgram(form);
    const { seed } = await failureOf(explore(program));
    for (let again = 0; again < 3; again++) assert.equal((await failureOf(explore(program, { seed }))).seed, seed);
    for (let other = 0; other < seed; other++) await explore(program, { seed: other });
    await explore(program, { seeds: seed });
  });

  inBothForms("a right program passes: no await between reading and writing", async ({ fn, wait }) => {
    let runs = 0;
    const deposit = fn("deposit", function* (account: { balance: number }, late: boolean) {
      if (late) yield* wait(sleep(0));
      account.balance += 1;
      yield* wait(sleep(0));
    });
    await explore(
      fn("program", function* () {
        runs++;
        const account = { balance: 0 };
        yield* wait(gather(deposit(account, false), deposit(account, true)));
        assert.equal(account.balance, 2);
      }),
      { seeds: 50 },
    );
    assert.equal(runs, 50);
  });

  inBothForms("finds a wake-up that comes before the waiter: a deadlock", async ({ fn, wait }) => {
    const error = await failureOf(
      explore(
        fn("program", function* () {
          let waiting: Future<void> | null = null;
          const waiter = fn("waiter", function* () {
            waiting = new Future<void>();
            yield* wait(waiting);
          });
          const waker = fn("waker", function* () {
            waiting?.setResult();
          });
          yield* wait(gather(waiter(), waker()));
        }),
      ),
    );
    assert.ok(error.cause instanceof DeadlockError);
  });

  inBothForms(
    "the tasks of an iteration come in many orders, with one seed always in the same",
    async ({ fn, wait }) => {
      const orderOf = async (seed: number): Promise<string> => {
        const events: string[] = [];
        const worker = fn("worker", function* (name: string) {
          for (let step = 1; step <= 2; step++) {
            events.push(`${name}${step}`);
            yield* wait(sleep(0));
          }
        });
        await explore(
          fn("program", function* () {
            yield* wait(gather(worker("a"), worker("b"), worker("c")));
          }),
          { seed },
        );
        return events.join(" ");
      };
      assert.equal(await orderOf(0), "a1 b1 c1 a2 b2 c2");
      const orders = new Set<string>();
      for (let seed = 1; seed <= 60; seed++) {
        const order = await orderOf(seed);
        assert.equal(await orderOf(seed), order);
        orders.add(order);
        // What was ready when the iteration began runs in it.
        assert.deepEqual(order.split(" ").slice(0, 3).sort(), ["a1", "b1", "c1"]);
      }
      assert.ok(orders.size > 20, String(orders.size));
    },
  );

  inBothForms(
    "what the loop promises stays: the order of callbacks, done callbacks, and timers",
    async ({ fn, wait }) => {
      await explore(
        fn("program", function* () {
          const loop = getRunningLoop();
          const events: string[] = [];
          const note = (event: string): void => {
            events.push(event);
          };
          const future = new Future<void>();
          for (const name of ["1", "2", "3"]) future.addDoneCallback(() => note(`done ${name}`));
          for (const name of ["1", "2", "3"]) loop.callSoon(note, `soon ${name}`);
          for (const name of ["1", "2", "3"]) loop.callLater(5, note, `later ${name}`);
          for (const name of ["1", "2", "3"]) createTask(fn("task", function* () {})(), { name });
          future.setResult();
          yield* wait(sleep(10));
          const names = (kind: string): string[] => events.filter((event) => event.startsWith(kind));
          for (const kind of ["done", "soon", "later"])
            assert.deepEqual(names(kind), [`${kind} 1`, `${kind} 2`, `${kind} 3`]);
        }),
      );
    },
  );

  inBothForms("a callback may run before or after the tasks of its iteration", async ({ fn, wait }) => {
    const seen = new Set<string>();
    await explore(
      fn("program", function* () {
        const events: string[] = [];
        const task = createTask(
          fn("task", function* () {
            events.push("task");
          })(),
        );
        getRunningLoop().callSoon(() => events.push("callback"));
        yield* wait(task);
        yield* wait(sleep(0));
        seen.add(events.join(", "));
      }),
    );
    assert.deepEqual([...seen].sort(), ["callback, task", "task, callback"]);
  });

  inBothForms("a deadline that has come goes before the tasks of its iteration", async ({ fn, wait }) => {
    await explore(
      fn("program", function* () {
        const late = fn("late", function* () {
          return yield* wait(outcome(withTimeout(0, () => sleep(0))));
        });
        assert.deepEqual(
          yield* wait(gather(late(), late(), late())),
          Array(3).fill("TimeoutError: not done within 0 ms"),
        );
        yield* wait(
          withTaskGroup((group) => {
            for (const time of [1, 2, 3]) group.createTask(outcome(withTimeout(time, () => sleep(5))));
            return sleep(4);
          }),
        );
      }),
      { seeds: 30 },
    );
  });

  test("native code and virtual time work as in other runs", async () => {
    await explore(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await run(() => sleep(1));
      },
      { seeds: 3 },
    );
    const before = performance.now();
    await explore(() => sleep("1h"), { seeds: 3 });
    assert.ok(performance.now() - before < 60_000);
  });

  test("options of run are handed on; unfit arguments are refused", async () => {
    await assert.rejects(explore(5 as never), TypeError);
    for (const seeds of [0, -1, 1.5, Number.NaN])
      await assert.rejects(
        explore(() => sleep(0), { seeds }),
        TypeError,
      );
    for (const seed of [-1, 1.5])
      await assert.rejects(
        explore(() => sleep(0), { seed }),
        TypeError,
      );
    const error = await failureOf(
      explore(() => {
        throw new InvalidStateError("from the first");
      }),
    );
    assert.equal(error.seed, 0);
    assert.match(error.message, /from the first/);
  });
});
