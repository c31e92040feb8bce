import assert from "node:assert/strict";
import { test } from "node:test";
import { coroutine, createTask, run, sleep } from "tsyncio";
import { reportForgotten } from "tsyncio/testing";

const job = coroutine(function* job() {
  yield* sleep(0);
  return 1;
});
const failing = coroutine(function* failing() {
  yield* sleep(0);
  throw new Error("nobody looks");
});

test("what was forgotten outside of any run is reported at once, each once", async (t) => {
  const { mock } = t.mock.method(console, "error", () => {});
  job();
  const awaited = job();
  const failed = createTask(failing(), { name: "lost" });
  assert.equal(await awaited, 1);
  await job();
  assert.equal(failed.done(), true);
  reportForgotten();
  reportForgotten();
  const said = mock.calls.map(({ arguments: [message] }) => String(message).split("\n")[0]);
  assert.deepEqual(said, ["coroutine 'job' was never awaited", "task 'lost' (failing): exception was never retrieved"]);
});

test("what a run has forgotten is reported by its end and not again", async (t) => {
  const { mock } = t.mock.method(console, "error", () => {});
  await run(
    coroutine(function* () {
      job();
      yield* sleep(0);
    })(),
  );
  assert.equal(mock.calls.length, 1);
  reportForgotten();
  assert.equal(mock.calls.length, 1);
});
