import { coroutine, sleep } from "tsyncio";

/** Bytes after garbage collections. The memory of buffers is given back a while after each. */
export const memory = coroutine(function* () {
  for (let turn = 0; turn < 3; turn++) {
    yield* sleep(20);
    globalThis.gc();
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers, resident: rss };
});
