// `node bench/tracePage.mjs FILE…`: how smooth the page of a trace is. In headless Chromium the page is zoomed, dragged and scrolled by the
// mouse, and the times between its frames are taken (requestAnimationFrame). CHROMIUM is the path of the browser; default: /usr/bin/chromium.
// Read it together with the load of the machine, which it prints: without a graphics card the frames are painted by the processor as well.
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const STEPS = 60;
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
try {
  for (const file of process.argv.slice(2)) await measure(file);
} finally {
  await browser.close();
}

async function measure(file) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
  const begin = performance.now();
  await page.goto(pathToFileURL(resolve(file)).href);
  await page.waitForSelector("html[data-ready]");
  const ready = performance.now() - begin;
  const { eventCount, tasks } = await page.evaluate(() => ({
    eventCount: tsyncioTrace.trace.eventCount,
    tasks: tsyncioTrace.model.tasks.size,
  }));
  console.log(
    `${file}: ${eventCount} events of ${tasks} tasks, ready after ${ready.toFixed(0)} ms (load ${loadavg()[0]})`,
  );
  const wheel = async (deltaY) => {
    for (let step = 0; step < STEPS; step++) await page.mouse.wheel(0, step < STEPS / 2 ? -deltaY : deltaY);
  };
  await page.mouse.move(700, 300);
  await frames(page, "nothing", () => page.waitForTimeout(1000));
  await page.keyboard.down("Control");
  await frames(page, "zoom", () => wheel(100));
  await page.keyboard.up("Control");
  await frames(page, "drag", async () => {
    await page.mouse.down();
    for (let step = 0; step < STEPS; step++)
      await page.mouse.move(700 + 200 * Math.sin(step / 5), 300 + 100 * Math.cos(step / 7));
    await page.mouse.up();
  });
  await frames(page, "scroll", () => wheel(-100));
  await page.close();
}

/** The times between the frames while something is done. */
async function frames(page, name, act) {
  await page.evaluate(() => {
    const times = [];
    globalThis.frameTimes = times;
    const frame = (now) => {
      times.push(now);
      if (globalThis.frameTimes === times) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await act();
  const times = await page.evaluate(() => {
    const { frameTimes } = globalThis;
    globalThis.frameTimes = null;
    return frameTimes;
  });
  const lasted = times.slice(1).map((time, at) => time - times[at]);
  lasted.sort((a, b) => a - b);
  const [median, most, longest] = [0.5, 0.95, 1].map((share) =>
    lasted[Math.ceil(lasted.length * share) - 1].toFixed(1),
  );
  console.log(`  ${name}: ${lasted.length} frames, median ${median} ms, 95 % below ${most} ms, longest ${longest} ms`);
}
