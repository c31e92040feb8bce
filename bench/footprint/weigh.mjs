const TASKS = 100_000;

/**
 * Prints how many bytes one of the tasks takes that `start` makes; each waits in the end, and `settled` resolves when all do.
 *
 * @param {(n: number) => PromiseLike<unknown[]>} start
 * @param {() => PromiseLike<unknown>} settled
 */
export async function weigh(start, settled) {
  await start(1000);
  await settled();
  const before = used();
  const kept = await start(TASKS);
  await settled();
  console.log(Math.round((used() - before) / TASKS));
  process.exit(kept === undefined ? 1 : 0);
}

function used() {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}
