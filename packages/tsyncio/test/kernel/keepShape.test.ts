import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { built } from "../support/child.js";

// In a process of its own: the runner of tests uses an AsyncLocalStorage, and tasks and callbacks carry its store then.
const program = `
import {
  coroutine, createTask, currentTask, Future, gather, getRunningLoop, Lock, Queue, run, sleep, withCancelScope, withTimeout,
} from ${JSON.stringify(built("index.js"))};
import { exemplars } from ${JSON.stringify(built("kernel/keepShape.js"))};
const child = coroutine(function* () {
  yield* sleep(0);
});
const main = coroutine(function* () {
  const made = {
    coroutine: child(),
    future: new Future(),
    put: new Queue().put(1),
    get: new Queue().get(),
    acquire: new Lock().acquire(),
    guard: yield* new Lock().acquire(),
    timeout: withTimeout(1, () => 1),
    callSoon: getRunningLoop().callSoon(() => {}),
    callLater: getRunningLoop().callLater(1, () => {}),
    run: currentTask().root,
  };
  yield* withCancelScope((scope) => {
    made.scope = scope;
  });
  made.task = createTask(child());
  made.gather = gather(child());
  yield* gather(made.task, made.gather);
  for (const name of ["coroutine", "put", "get", "acquire", "timeout"]) made[name].close();
  return Object.keys(made).filter((name) => !exemplars.some((kept) => %HaveSameMap(kept, made[name])));
});
console.log(JSON.stringify(await run(main())));
`;

describe("keepShape", () => {
  test("what programs make has the hidden class of an object that is kept, so it is not forgotten when no other is left", () => {
    const args = ["--allow-natives-syntax", "--input-type=module", "--eval", program];
    const lost = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: "utf8" });
    assert.deepEqual(JSON.parse(lost), []);
  });
});
