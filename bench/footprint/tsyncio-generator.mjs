import { coroutine, createTask, run, sleep } from "tsyncio";
import { weigh } from "#weigh";

const depth = Number(process.argv[2]);

const down = coroutine(function* (n) {
  if (n > 1) yield* down(n - 1);
  else yield* sleep("1h");
});

await run(() =>
  weigh(
    async (n) => Array.from({ length: n }, () => createTask(down(depth))),
    () => new Promise((resolve) => setImmediate(resolve)).then(() => run(sleep(0))),
  ),
);
