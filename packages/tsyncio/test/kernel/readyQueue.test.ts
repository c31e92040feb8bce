import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readyQueue } from "../support/internals.js";

const entry = (id: number): { run(): void; id: number } => ({ run() {}, id });

describe("ready queue", () => {
  test("is first in, first out, across growth and wrap-around", () => {
    const queue = new readyQueue.ReadyQueue();
    let [pushed, shifted] = [0, 0];
    let state = 12345;
    for (let step = 0; step < 20_000; step++) {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      for (let count = state % 5; count > 0; count--) queue.push(entry(pushed++));
      for (let count = (state >> 8) % 5; count > 0 && queue.size > 0; count--) {
        assert.equal((queue.shift() as ReturnType<typeof entry>).id, shifted++);
      }
      assert.equal(queue.size, pushed - shifted);
    }
    while (queue.size > 0) assert.equal((queue.shift() as ReturnType<typeof entry>).id, shifted++);
    assert.equal(shifted, pushed);
  });

  test("gives the memory of a burst back and works on", () => {
    const queue = new readyQueue.ReadyQueue();
    for (let id = 0; id < 100_000; id++) queue.push(entry(id));
    queue.shrink();
    for (let id = 0; id < 100_000; id++) assert.equal((queue.shift() as ReturnType<typeof entry>).id, id);
    queue.shrink();
    queue.push(entry(7));
    assert.equal((queue.shift() as ReturnType<typeof entry>).id, 7);
    assert.equal(queue.size, 0);
  });

  test("lets go of what it has handed out", async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    if (collect === undefined) return;
    const queue = new readyQueue.ReadyQueue();
    queue.push(entry(1));
    const ref = new WeakRef(queue.shift());
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    assert.equal(ref.deref(), undefined);
    assert.equal(queue.size, 0);
  });
});
