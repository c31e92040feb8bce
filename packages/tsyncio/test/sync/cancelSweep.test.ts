/** Every scenario with every one of its tasks cancelled at every place; see `support/cancelSweep.ts`. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { after, describe, test } from "node:test";
import {
  any,
  asCompleted,
  BrokenResourceError,
  ClosedResourceError,
  coroutine,
  createChannel,
  createTask,
  EndOfChannel,
  Future,
  gather,
  Lock,
  moveOnAfter,
  Queue,
  QueueShutDown,
  race,
  retry,
  Semaphore,
  scopedToSignal,
  shield,
  sleep,
  type Task,
  until,
  wait,
  waitFor,
  withCancelScope,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import { events } from "tsyncio/interop";
import { cancelSweep, Expected, failing, owning, type Scenario, type Stage } from "../support/cancelSweep.js";
import { outcome } from "../support/outcome.js";
import { holding, primitives } from "../support/sweptPrimitives.js";

const pairs = Number(process.env["CANCEL_PAIRS"] ?? 250);

const scenarios: Record<string, Scenario> = {
  ...primitives,
  *"a task that awaits a task that awaits a task"(stage) {
    const awaiting = coroutine(function* (part: Stage, depth: number): Generator<unknown, unknown, any> {
      return yield* depth === 0 ? part.work(3, 1) : createTask(awaiting(part, depth - 1));
    });
    owning(stage, function* (part) {
      return yield* awaiting(part, 3);
    });
  },

  *withTaskGroup(stage) {
    owning(stage, (part) =>
      withTaskGroup(
        coroutine(function* (group) {
          group.createTask(part.work(1, "first"));
          group.createTask(part.work(3, "second"), { eager: true });
          yield* group.createTask(part.work(2, "awaited"));
          yield* part.work(0, "body");
        }),
      )[Symbol.iterator](),
    );
  },

  *"withTaskGroup with a child that fails"(stage) {
    owning(stage, (part) =>
      outcome(
        withTaskGroup((group) => {
          group.createTask(part.work(3, "sibling"));
          group.createTask(failing(1));
          return part.work(5, "body");
        }),
      )[Symbol.iterator](),
    );
  },

  *"group.start"(stage) {
    owning(stage, (part) =>
      withTaskGroup(
        coroutine(function* (group) {
          const port = yield* group.start(
            coroutine(function* (started: (value: number) => void) {
              yield* part.work(1, "opens");
              started(80);
              yield* part.work(2, "serves");
            }),
          );
          assert.equal(port, 80);
          yield* part.work(1, "uses it");
        }),
      )[Symbol.iterator](),
    );
  },

  *gather(stage) {
    stage.task("gatherer", outcome(gather(stage.work(1, 1), createTask(stage.work(2, 2)), stage.work(0, 3))));
  },

  *"gather with limited concurrency"(stage) {
    stage.task(
      "gatherer",
      outcome(
        gather(
          [3, 1, 2].map((time) => stage.work(time, time)),
          { concurrency: 2 },
        ),
      ),
    );
  },

  *wait(stage) {
    const tasks = [1, 2].map((time) => stage.task(`work ${time}`, stage.work(time, time)));
    const waiter = coroutine(function* () {
      const { done } = yield* wait(tasks, { returnWhen: "FIRST_COMPLETED", timeout: 5 });
      assert.ok(done.size > 0);
      yield* wait(tasks);
    });
    stage.task("waiter", waiter());
  },

  *asCompleted(stage) {
    const tasks = [2, 1].map((time) => stage.task(`work ${time}`, stage.work(time, time)));
    const waiter = coroutine(function* () {
      for (const next of asCompleted(tasks)) yield* outcome(next);
    });
    stage.task("waiter", waiter());
  },

  *race(stage) {
    owning(stage, (part) => outcome(race([part.work(1, 1), part.work(3, 2), failing(2)]))[Symbol.iterator]());
  },

  *any(stage) {
    owning(stage, (part) => outcome(any([failing(1), part.work(2, 2), part.work(3, 3)]))[Symbol.iterator]());
  },

  *retry(stage) {
    owning(stage, (part) =>
      outcome(
        retry(
          coroutine(function* (attempt: number) {
            yield* part.work(1, attempt);
            if (attempt < 3) throw new Expected("again");
            return attempt;
          }),
          { times: 3, delay: 1 },
        ),
      )[Symbol.iterator](),
    );
  },

  *"time limits in each other"(stage) {
    owning(stage, (part) =>
      outcome(
        withTimeout(4, () =>
          moveOnAfter(2, () =>
            waitFor(
              withTimeout(9, () => part.work(3, "late")),
              3,
            ),
          ),
        ),
      )[Symbol.iterator](),
    );
    owning(stage, (part) => outcome(waitFor(createTask(part.work(2, "task")), 1))[Symbol.iterator]());
  },

  *shield(stage) {
    let ended = false;
    const inner = coroutine(function* () {
      yield* sleep(2);
      ended = true;
    });
    const waiting = coroutine(function* (task: Task<unknown>) {
      yield* outcome(moveOnAfter(1, () => shield(task)));
      yield* shield(task);
    });
    const task = createTask(inner());
    stage.task("one", waiting(task));
    stage.task("other", waiting(task));
    stage.check(() => assert.equal(ended || task.cancelled(), true));
  },

  *"a shielded scope"(stage) {
    let begun = 0;
    let ended = 0;
    owning(stage, (part) =>
      withCancelScope(
        coroutine(function* () {
          begun++;
          yield* sleep(1);
          yield* sleep(1);
          ended++;
        }),
        { shield: true },
      )[Symbol.iterator](),
    );
    stage.check(() => assert.equal(ended, begun, "what began in the shield has ended there"));
  },

  *Queue(stage) {
    const queue = stage.watch(new Queue<number>(1));
    const put: number[] = [];
    const got: number[] = [];
    const bring = coroutine(function* (first: number) {
      for (let item = first; item < first + 3; item++) {
        yield* queue.put(item);
        put.push(item);
      }
    });
    const take = coroutine(function* () {
      try {
        for (;;) {
          got.push(yield* queue.get());
          yield* sleep(0);
          queue.taskDone();
        }
      } catch (error) {
        assert.ok(error instanceof QueueShutDown);
      }
    });
    const takers = [0, 1].map((index) => stage.task(`taker ${index}`, take()));
    for (const first of [10, 20])
      stage.task(
        `bringer ${first}`,
        moveOnAfter(5, () => bring(first)),
      );
    stage.task(
      "joiner",
      moveOnAfter(8, () => queue.join()),
    );
    yield* sleep(6);
    if (takers.some((task) => !task.done())) assert.ok(queue.empty(), "nobody waits for what is there");
    queue.shutdown();
    stage.check(() => {
      const rest = queue.empty() ? [] : [queue.getNowait()];
      assert.deepEqual([...got, ...rest].sort(), put.sort(), "nothing is lost or taken twice");
    });
  },

  *channel(stage) {
    for (const capacity of [0, 1]) {
      const [send, receive] = createChannel<number>(capacity);
      const sent: number[] = [];
      const received: number[] = [];
      const sender = coroutine(function* (end: typeof send, first: number) {
        try {
          for (let value = first; value < first + 2; value++) {
            yield* end.send(value);
            sent.push(value);
          }
        } catch (error) {
          assert.ok(error instanceof BrokenResourceError || error instanceof ClosedResourceError);
        } finally {
          end.close();
        }
      });
      const receiver = coroutine(function* (end: typeof receive) {
        try {
          for (;;) received.push(yield* end.receive());
        } catch (error) {
          assert.ok(error instanceof EndOfChannel);
        } finally {
          end.close();
        }
      });
      const ends = [send.clone(), send.clone(), receive.clone(), receive.clone()] as const;
      const begun = coroutine(function* (index: 0 | 1 | 2 | 3) {
        if (index < 2) yield* sender(ends[index] as typeof send, 10 * index);
        else yield* receiver(ends[index] as typeof receive);
      });
      const tasks = ([0, 1, 2, 3] as const).map((index) => stage.task(`${index} of ${capacity}`, begun(index)));
      send.close();
      receive.close();
      yield* sleep(1);
      // One that was cancelled before it began has closed nothing.
      for (const end of ends.slice(0, 2)) end.close();
      yield* sleep(1);
      for (const end of ends.slice(2)) end.close();
      stage.check(() => {
        const twice = received.filter((value, index) => received.indexOf(value) !== index);
        assert.deepEqual(twice, [], "nothing is received twice");
        const lost = sent.filter((value) => !received.includes(value));
        const heard = tasks.slice(2).some((task) => !task.cancelled());
        if (heard) assert.deepEqual(lost, [], "what was sent is received");
      });
    }
  },

  *events(stage) {
    const emitter = new EventEmitter();
    const stream = events<number>(emitter, "value", { end: "end" });
    const taken: number[] = [];
    const take = coroutine(function* () {
      for (;;) {
        const { done, value } = yield* stream.next();
        if (done) return;
        taken.push(value as number);
        yield* sleep(0);
      }
    });
    const takers = [0, 1, 2].map((index) => stage.task(`taker ${index}`, take()));
    const emitted = [1, 2, 3, 4, 5];
    for (const value of emitted) {
      emitter.emit("value", value);
      if (value % 2 === 0) yield* sleep(1);
    }
    yield* sleep(1);
    emitter.emit("end");
    stage.check(() => {
      if (takers.some((task) => !task.cancelled()))
        assert.deepEqual(taken.sort(), emitted, "nothing is lost or taken twice");
      assert.deepEqual(emitter.eventNames(), []);
    });
  },

  *"native promises and signals"(stage) {
    const controller = new AbortController();
    owning(stage, (part) =>
      outcome(
        scopedToSignal(
          controller.signal,
          coroutine(function* () {
            yield* until((signal) => Promise.resolve(signal));
            yield* until(() => part.work(2, "signalled"));
            yield* part.work(4, "too long");
          }),
        ),
      )[Symbol.iterator](),
    );
    yield* sleep(5);
    controller.abort(new Expected("aborted"));
  },

  *"a lock, a time limit and a group"(stage) {
    const lock = stage.watch(new Lock());
    const semaphore = stage.watch(new Semaphore(1));
    for (let index = 0; index < 2; index++)
      owning(stage, (part) =>
        outcome(
          withTimeout(6, () =>
            withTaskGroup((group) => {
              group.createTask(lock.with(() => part.work(1, index)));
              group.createTask(semaphore.with(() => lock.with(() => part.work(1, index))));
              return sleep(0);
            }),
          ),
        )[Symbol.iterator](),
      );
    stage.check(() => assert.equal(lock.locked() || semaphore.locked(), false));
  },
};

/** The classical mistake: a lock handed to a task that is cancelled before it resumes is lost. */
class ForgetfulLock {
  readonly #waiters: Future<void>[] = [];
  #locked = false;

  readonly acquire = coroutine(function* (lock: ForgetfulLock) {
    if (lock.#locked) {
      const turn = new Future<void>();
      lock.#waiters.push(turn);
      yield* turn;
    }
    lock.#locked = true;
    return { release: () => lock.release() };
  });

  release(): void {
    const next = this.#waiters.shift();
    this.#locked = next !== undefined;
    next?.setResult();
  }
}

describe("cancel sweep", () => {
  let points = 0;
  let tried = 0;
  let broken = 0;
  for (const [name, scenario] of Object.entries(scenarios)) {
    test(`${name}: wherever a task is cancelled, nobody hangs and nothing is left or lost`, async (context) => {
      const sweep = await cancelSweep(scenario, pairs);
      const { violations } = sweep;
      points += sweep.points;
      tried += sweep.pairs;
      broken += violations.length;
      context.diagnostic(`${sweep.points} points, ${sweep.pairs} pairs, ${violations.length} violations`);
      assert.deepEqual(violations, []);
    });
  }

  test("finds what is wrong with a lock that loses what it handed to a cancelled waiter", async () => {
    const { points, violations } = await cancelSweep(function* (stage) {
      const lock = new ForgetfulLock();
      holding(stage, "worker", 3, 1, function* () {
        return yield* lock.acquire(lock);
      });
    });
    assert.ok(points > 20, `${points} points`);
    assert.ok(violations.length > 3, `${violations.length} of ${points}`);
    for (const violation of violations) assert.match(violation, /hangs: it waits for a future/);
  });

  test("finds timers, clean-ups, reports and errors that are left", async () => {
    const find = async (scenario: Scenario): Promise<string> => (await cancelSweep(scenario)).violations.join("\n");
    assert.match(
      await find(function* (stage) {
        const careless = coroutine(function* () {
          stage.inside++;
          yield* sleep(1);
          stage.inside--;
        });
        stage.task("careless", careless());
      }),
      /1 clean-ups were not run/,
    );
    assert.match(
      await find(function* (stage) {
        const careless = coroutine(function* () {
          try {
            yield* sleep(1);
          } finally {
            createTask(failing(1));
          }
        });
        stage.task("careless", outcome(careless()));
      }).catch((error: Error) => error.message),
      /reported: task .* exception was never retrieved/,
    );
  });

  after(() => {
    const count = Object.keys(scenarios).length;
    console.log(`cancel sweep: ${count} scenarios, ${points} points, ${tried} pairs of points, ${broken} violations`);
  });
});
