/**
 * Several coroutines at once take as long as the longest. `npx tsyncio run examples/gather.ts` prints
 *
 *     coffee: started
 *     toast: started
 *     eggs: started
 *     toast: ready
 *     eggs: ready
 *     coffee: ready
 *     breakfast is coffee, toast, eggs after 0.3 s
 */
import { gather, run, sleep } from "tsyncio";

async function make(dish: string, time: number): Promise<string> {
  console.log(`${dish}: started`);
  await sleep(time);
  console.log(`${dish}: ready`);
  return dish;
}

async function main(): Promise<void> {
  const start = performance.now();
  const breakfast = await gather(make("coffee", 300), make("toast", 100), make("eggs", 200));
  const seconds = (performance.now() - start) / 1000;
  console.log(`breakfast is ${breakfast.join(", ")} after ${seconds.toFixed(1)} s`);
}

await run(main());
