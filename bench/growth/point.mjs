// One point: node point.mjs KIND N. Prints nanoseconds of processor time for one of N.
import { coroutine, run } from "tsyncio";
import { kinds } from "./kinds.mjs";

const [kind, count] = process.argv.slice(2);
const n = Number(count);
const work = kinds[kind];
/** Of small numbers many, or the pass would be shorter than the clock is fine; fewer of what waits for the clock. */
const times = Math.max(1, Math.round((kind === "timers" ? 2000 : 20_000) / n));
const repeat = coroutine(function* () {
  for (let i = 0; i < times; i++) yield* work(n);
});
let least = Number.POSITIVE_INFINITY;
let spent = 0;
for (let pass = 0; pass < 3 || (spent < 1000 && pass < 20); pass++) {
  gc();
  const before = process.cpuUsage();
  await run(repeat());
  const { user, system } = process.cpuUsage(before);
  spent += (user + system) / 1000;
  least = Math.min(least, ((user + system) * 1000) / times / n);
  // One pass with ten million is long enough.
  if (spent > 5000) break;
}
console.log(least);
