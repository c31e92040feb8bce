/**
 * Reads a web site page by page and reports the links that lead nowhere.
 *
 *     npm start                                the documentation of the installed packages, on a server of its own
 *     npm start -- https://example.org/        another site
 *     npm start -- --help                      the options
 *
 * Ctrl-C ends it early; what was found until then is printed all the same.
 */
import { abortSignal, gather, run, sleep, TimeoutError, until, withTaskGroup, withTimeout } from "tsyncio";
import { fail, readOptions } from "./linkcheck/options.ts";
import { EMPTY, type Page, parsePage } from "./linkcheck/page.ts";
import { isOnSite, Report, withoutAnchor } from "./linkcheck/report.ts";
import { startSite } from "./site/startSite.ts";

const ATTEMPTS = 3;
const BACK_OFF = 100;

const options = readOptions();
const site = options.url === undefined ? await startSite() : undefined;
const start = options.url ?? site?.url ?? "";
const report = new Report(start);
let nextTurn = 0;

async function main(): Promise<void> {
  console.log(`Checking ${start} (Ctrl-C ends it)\n`);
  const front = await visit(start);
  if (front.problem !== undefined) fail(`cannot read ${start}: ${front.problem}`);
  try {
    await withTaskGroup(async (group) => {
      group.createTask(showProgress());
      await crawl(front);
      group.cancel();
    });
  } finally {
    report.print();
  }
}

/** Visits all that the first page links to, then all that is new on those pages, and so on. */
async function crawl(first: Page): Promise<void> {
  let pages = [first];
  while (pages.length > 0) {
    const addresses = new Set(pages.flatMap((page) => page.links.map(withoutAnchor)));
    const unknown = [...addresses].filter((address) => isOnSite(address, start) && !report.has(address));
    const next = unknown.slice(0, options.maxPages - report.size);
    pages = await gather(next.map(visit), { concurrency: options.concurrency });
  }
}

async function visit(address: string): Promise<Page> {
  const page = await readPatiently(address);
  report.add(address, page);
  return page;
}

/** Tries again, later and later, what may succeed another time. */
async function readPatiently(address: string): Promise<Page> {
  for (let attempt = 1; ; attempt++) {
    await waitForTurn();
    const begin = performance.now();
    try {
      return await withTimeout(options.timeout, () => read(address));
    } catch (error) {
      if (attempt === ATTEMPTS) return { ...EMPTY, problem: reasonOf(error) };
    } finally {
      report.addTime(address, performance.now() - begin);
    }
    report.retries++;
    await sleep(BACK_OFF * 2 ** attempt);
  }
}

/** However many coroutines there are, the site is asked only so many times a second. */
async function waitForTurn(): Promise<void> {
  const now = performance.now();
  nextTurn = Math.max(now, nextTurn + 1000 / options.rate);
  await sleep(nextTurn - now);
}

async function read(address: string): Promise<Page> {
  // Aborted when the timeout, or Ctrl-C, cancels this coroutine.
  const signal = abortSignal();
  const response = await until(fetch(address, { signal }));
  const isHtml = response.headers.get("content-type")?.startsWith("text/html") === true;
  if (response.ok && isHtml) return parsePage(await until(response.text()), response.url);

  await response.body?.cancel();
  if (response.status >= 500 || response.status === 429) throw new Error(`answers ${response.status}`);
  return response.ok ? EMPTY : { ...EMPTY, problem: `answers ${response.status}` };
}

async function showProgress(): Promise<void> {
  if (!process.stderr.isTTY) return;
  try {
    while (true) {
      process.stderr.write(`\r\x1b[K${report.progress()}`);
      await sleep(100);
    }
  } finally {
    process.stderr.write("\r\x1b[K");
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof TimeoutError) return `no answer in ${options.timeout}`;
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : message;
}

try {
  await run(main());
} finally {
  site?.close();
}
