import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as first from "tsyncio";
import { lowered } from "../support/forms.js";
import { its, outcome } from "../support/outcome.js";

let folder = "";
let second: typeof first;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tsyncio-copy-"));
  const manifest = fileURLToPath(import.meta.resolve("tsyncio/package.json"));
  await cp(join(dirname(manifest), "dist"), join(folder, "dist"), { recursive: true });
  await cp(manifest, join(folder, "package.json"));
  second = (await import(pathToFileURL(join(folder, "dist/index.js")).href)) as typeof first;
});

after(() => rm(folder, { recursive: true }));

describe("two copies of the package in one process", () => {
  test("are two", () => {
    assert.notEqual(second.run, first.run);
  });

  test("errors of the one are instances of the classes of the other", () => {
    const pairs: [Error, abstract new (...args: never[]) => Error][] = [
      [new second.CancelledError("why"), first.CancelledError],
      [new second.TimeoutError(), first.TimeoutError],
      [new second.InvalidStateError("x"), first.InvalidStateError],
      [new second.DeadlockError("x"), first.DeadlockError],
      [new second.ExceptionGroup("x", [1]), first.ExceptionGroup],
    ];
    for (const [error, known] of pairs) {
      assert.ok(error instanceof known, error.name);
      assert.equal(pairs.filter(([, other]) => error instanceof other).length, 1);
    }
  });

  test("a group of the one can be split by the other, with nested groups of both", () => {
    const group = new first.ExceptionGroup("outer", [
      new second.ExceptionGroup("inner", [new TypeError("a"), new RangeError("b")]),
    ]);
    assert.equal(group.subgroup((error) => error instanceof RangeError)?.errors[0].errors.length, 1);
  });

  test("coroutines and coroutine functions of the one are recognised by the other", () => {
    const work = second.coroutine(function* () {});
    assert.equal(first.isCoroutineFunction(work), true);
    const made = work();
    assert.equal(first.isCoroutine(made), true);
    assert.ok(made instanceof first.Coroutine);
    made.close();
  });

  test("coroutines, tasks and futures of the one can be awaited in the other, in both forms", async () => {
    const theirs = second.coroutine(function* (value: string) {
      yield* second.sleep(1);
      return value;
    });
    const future = new second.Future<string>();
    future.setResult("future");
    const main = first.coroutine(function* () {
      const byGenerator = yield* its(theirs("coroutine"));
      const byTask = yield* its(second.createTask(theirs("task")));
      return [byGenerator, byTask, yield* its(future), yield* first.gather(theirs("gathered"), first.sleep(1, "own"))];
    });
    assert.deepEqual(await first.run(main()), ["coroutine", "task", "future", ["gathered", "own"]]);
    const inLowered = lowered("main", function* () {
      return yield theirs("lowered");
    });
    assert.equal(await first.run(inLowered()), "lowered");
  });

  test("an error and a cancellation pass from the one to the other", async () => {
    const fails = second.coroutine(function* () {
      throw new second.TimeoutError("theirs");
    });
    const main = first.coroutine(function* () {
      try {
        yield* its(fails());
      } catch (error) {
        assert.ok(error instanceof first.TimeoutError);
      }
      const sleeping = second.createTask(second.sleep("1h"));
      const waiting = first.createTask(sleeping);
      yield* first.sleep(1);
      sleeping.cancel();
      assert.equal(yield* outcome(waiting), "cancelled");
      assert.equal(waiting.cancelled(), true);
    });
    await first.run(main());
  });
});
