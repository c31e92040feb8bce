/**
 * A small kitchen of tasks, to be looked at from above:
 *
 *     npx tsyncio trace examples/highway.ts -o trace.html
 *
 * Three workers fetch what a queue gives them and write it under one lock. One of them computes for too long without an `await`, which
 * holds up all others; a slow mirror is cancelled by a deadline, and a broken one fails.
 */
import { createTask, gather, Lock, moveOnAfter, Queue, run, sleep } from "tsyncio";

const jobs = new Queue<string>(4);
const file = new Lock();

/** Stands for a request. */
async function fetchPage(name: string): Promise<string> {
  await sleep(12 + (name.length % 5) * 9);
  return `<h1>${name}</h1>`;
}

/** Computes, and has no exit: nobody else can go on meanwhile. */
function render(text: string, ms: number): string {
  const end = performance.now() + ms;
  while (performance.now() < end) text = text.toUpperCase();
  return text;
}

async function save(text: string): Promise<void> {
  using _ = await file.acquire();
  await sleep(6 + text.length / 8);
}

async function worker(): Promise<number> {
  let done = 0;
  for await (const name of jobs) {
    const page = await fetchPage(name);
    await save(render(page, name === "gallery" ? 70 : 4));
    done++;
  }
  return done;
}

async function askMirrors(): Promise<void> {
  await moveOnAfter(60, () => gather(mirror("near", 25), mirror("far", 400)));
}

async function mirror(name: string, ms: number): Promise<string> {
  await sleep(ms);
  return name;
}

async function brokenMirror(): Promise<void> {
  await sleep(45);
  throw new Error("503 from the broken mirror");
}

async function main(): Promise<void> {
  const workers = ["one", "two", "three"].map((name) => createTask(worker(), { name: `worker ${name}` }));
  const mirrors = createTask(askMirrors(), { name: "ask mirrors" });
  const broken = createTask(brokenMirror(), { name: "broken mirror" });
  const watch = createTask(sleep("1h"), { name: "watch for changes" });
  for (const name of ["home", "about", "gallery", "news", "contact", "jobs", "shop", "imprint", "blog"])
    await jobs.put(name);
  jobs.shutdown();
  const pages = await gather(...workers);
  await mirrors;
  const [outcome] = await gather([broken], { returnExceptions: true });
  watch.cancel("nothing to watch any more");
  console.log(`${pages.reduce((sum, each) => sum + each)} pages; ${outcome}`);
}

await run(main());
