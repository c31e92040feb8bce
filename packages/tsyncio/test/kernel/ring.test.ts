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

  test("takes something back in front of all others, wherever they stand in the array, and grows where it is full", () => {
    for (let offset = 0; offset < 40; offset++) {
      for (const size of [0, 1, 7, 15, 16, 17, 32]) {
        const queue = new ring.Ring<ReturnType<typeof entry>>();
        for (let id = 0; id < offset; id++) {
          queue.push(entry(id));
          queue.shift();
        }
        for (let id = 2; id < size + 2; id++) queue.push(entry(id));
        ring.unshift(queue, entry(1));
        ring.unshift(queue, entry(0));
        queue.push(entry(size + 2));
        assert.equal(queue.size, size + 3);
        const ids = Array.from({ length: size + 3 }, (_, id) => id);
        assert.deepEqual(
          ids.map(() => queue.shift().id),
          ids,
        );
        assert.deepEqual(new Set(queue.slots), new Set([undefined]));
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
