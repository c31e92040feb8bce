import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ring } from "../support/internals.js";

const entry = (id: number): { run(): void; id: number } => ({ run() {}, id });

describe("ring", () => {
  test("is first in, first out, across growth and wrap-around", () => {
    const queue = new ring.Ring<ReturnType<typeof entry>>();
    let [pushed, shifted] = [0, 0];
    let state = 12345;
    for (let step = 0; step < 20_000; step++) {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      for (let count = state % 5; count > 0; count--) queue.push(entry(pushed++));
      for (let count = (state >> 8) % 5; count > 0 && queue.size > 0; count--) {
        assert.equal(queue.shift().id, shifted++);
      }
      assert.equal(queue.size, pushed - shifted);
    }
    while (queue.size > 0) assert.equal(queue.shift().id, shifted++);
    assert.equal(shifted, pushed);
  });

  test("takes one from behind others, which stay in order, wherever they stand in the array", () => {
    for (let offset = 0; offset < 40; offset++) {
      for (let behind = 0; behind < 5; behind++) {
        const queue = new ring.Ring<ReturnType<typeof entry>>();
        for (let id = 0; id < offset; id++) {
          queue.push(entry(id));
          queue.shift();
        }
        for (let id = 0; id < 7; id++) queue.push(entry(id));
        assert.equal(ring.shiftBehind(queue, behind).id, behind);
        const rest = Array.from({ length: 6 }, () => queue.shift().id);
        assert.deepEqual(
          rest,
          [0, 1, 2, 3, 4, 5, 6].filter((id) => id !== behind),
        );
      }
    }
  });

  test("gives the memory of a burst back and works on", () => {
    const queue = new ring.Ring<ReturnType<typeof entry>>();
    for (let id = 0; id < 100_000; id++) queue.push(entry(id));
    queue.shrink();
    for (let id = 0; id < 100_000; id++) assert.equal(queue.shift().id, id);
    queue.shrink();
    queue.push(entry(7));
    assert.equal(queue.shift().id, 7);
    assert.equal(queue.size, 0);
  });

  test("lets go of what it has handed out", async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    if (collect === undefined) return;
    const queue = new ring.Ring<ReturnType<typeof entry>>();
    queue.push(entry(1));
    const ref = new WeakRef(queue.shift());
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    assert.equal(ref.deref(), undefined);
    assert.equal(queue.size, 0);
  });
});
