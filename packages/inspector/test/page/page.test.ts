import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, type Opened, open, skip } from "./chromium.js";
import { largeTrace, smallTrace } from "./traces.js";

/** What the page offers to the console of the browser. */
interface Handle {
  view: { from: number; to: number; scroll: number; row: number; x(time: number): number; rowTop(row: number): number };
  state: { selected: { name: string } | null; rows: { name: string; from: number; to: number }[] };
  trace: { eventCount: number };
  drawNow(): number;
}
declare const tsyncioTrace: Handle;

if (skip) console.log(skip);

/** Where a task is drawn at a time. */
function placeOf(page: Page, name: string, time: number): Promise<{ x: number; y: number }> {
  return page.evaluate(
    ([name, time]) => {
      const { view, state } = tsyncioTrace;
      const row = state.rows.findIndex((task) => task.name === name);
      const box = (globalThis as any).document.getElementById("picture").getBoundingClientRect();
      return { x: box.left + view.x(time), y: box.top + view.rowTop(row) + view.row / 2 };
    },
    [name, time] as const,
  );
}

/** The colour of the picture there, as three numbers. */
function colourAt(page: Page, { x, y }: { x: number; y: number }): Promise<number[]> {
  return page.evaluate(
    ([x, y]) => {
      const canvas = (globalThis as any).document.getElementById("picture");
      const box = canvas.getBoundingClientRect();
      tsyncioTrace.drawNow();
      return [...canvas.getContext("2d").getImageData(x - box.left, y - box.top, 1, 1).data].slice(0, 3);
    },
    [x, y] as const,
  );
}

/** A colour of the style sheet. */
function named(page: Page, name: string): Promise<number[]> {
  return page.evaluate((name) => {
    const { document, getComputedStyle } = globalThis as any;
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name})`;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return (color.match(/\d+/g) as string[]).map(Number);
  }, name);
}

const shown = (page: Page): Promise<[number, number]> =>
  page.evaluate(() => [tsyncioTrace.view.from, tsyncioTrace.view.to]);

describe("the page of a trace, in Chromium", { skip }, () => {
  let browser: Browser;
  let opened: Opened;
  let page: Page;

  before(async () => {
    browser = await launch();
    opened = await open(browser, await smallTrace());
    page = opened.page;
  });
  after(() => browser?.close());

  test("opens without an error, and asks for nothing else", () => {
    assert.deepEqual([opened.errors, opened.requests], [[], []]);
  });

  test("says in words what it shows", async () => {
    assert.equal(await page.title(), "program.ts – tsyncio");
    const facts = await page.locator("#facts li").allTextContents();
    assert.deepEqual(
      [facts[0], facts[1], facts.at(-1)],
      ["5 tasks", "5 at once", "worker one blocks the lane for 80 ms"],
    );
    assert.match(
      (await page.getAttribute("#picture", "aria-label")) ?? "",
      /^What 5 tasks, .* The table of tasks below/,
    );
  });

  test("draws who runs, who waits, who is ready, and what blocks the lane", async () => {
    // After 113 ms, the 8 of main and the 5 of what broke: worker one computes for 80.
    const blocked = await placeOf(page, "worker one", 150);
    assert.deepEqual(await colourAt(page, { ...blocked, y: blocked.y - 6 }), await named(page, "block"));
    const ready = await placeOf(page, "worker two", 150);
    assert.deepEqual(await colourAt(page, { ...ready, y: ready.y + 3 }), await named(page, "ready"));
    const waits = await placeOf(page, "idler", 60);
    assert.deepEqual(await colourAt(page, { ...waits, y: waits.y + 7 }), await named(page, "waiting"));
    const nothing = await placeOf(page, "broken", 190);
    assert.deepEqual(await colourAt(page, { ...nothing, y: nothing.y + 7 }), await named(page, "ground"));
  });

  test("a click tells what the task waits for, at which lines, and who woke it", async () => {
    const { x, y } = await placeOf(page, "worker one", 60);
    await page.mouse.click(x, y);
    const text = (await page.locator("#details .segment").textContent()) ?? "";
    assert.match(text, /^At 8 ms it waits for sleep, for 105 ms\.Woken by timer\./);
    const stack = await page.locator("#details .stack li").allTextContents();
    assert.equal(stack.length, 2);
    assert.match(stack[0] ?? "", /^load .*traces\.[jt]s:\d+:\d+$/);
    assert.match(stack[1] ?? "", /^work .*traces\.[jt]s:\d+:\d+$/);
    assert.match((await page.locator("#details dl").textContent()) ?? "", /made bymainmade at.*traces\.[jt]s:\d+/);
  });

  test("a link in the details leads to the other task, Escape closes them", async () => {
    await page.locator("#details dl .link").first().click();
    assert.equal(await page.locator("#details h2").textContent(), "main ");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#details").isHidden(), true);
  });

  test("zooms by keys, by buttons and by the wheel at the pointer, and moves by keys and by dragging", async () => {
    const [from, to] = await shown(page);
    await page.locator("#picture").focus();
    await page.keyboard.press("+");
    const nearer = await shown(page);
    assert.ok(Math.abs((nearer[1] - nearer[0]) / (to - from) - 0.7) < 1e-9);
    await page.keyboard.press("ArrowRight");
    const later = await shown(page);
    assert.ok(later[0] > nearer[0] && Math.abs(later[1] - later[0] - (nearer[1] - nearer[0])) < 1e-9);
    const at = await placeOf(page, "worker two", 150);
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
    await page.waitForFunction(
      (before) => tsyncioTrace.view.to - tsyncioTrace.view.from < before / 2,
      later[1] - later[0],
    );
    assert.ok(Math.abs((await placeOf(page, "worker two", 150)).x - at.x) < 2);
    const [before] = await shown(page);
    await page.mouse.down();
    await page.mouse.move(at.x + 100, at.y, { steps: 4 });
    await page.mouse.up();
    assert.ok(Math.abs((await placeOf(page, "worker two", 150)).x - at.x - 100) < 3);
    assert.ok((await shown(page))[0] < before);
    await page.locator("#all").click();
    await page.waitForFunction(
      ([from, to]) => tsyncioTrace.view.from === from && tsyncioTrace.view.to === to,
      [from, to],
    );
  });

  test("a search shows the tasks of that name, function, wait or end; Enter goes from one to the next", async () => {
    const rows = (): Promise<string[]> => page.evaluate(() => tsyncioTrace.state.rows.map(({ name }) => name));
    await page.keyboard.press("/");
    await page.keyboard.type("worker");
    assert.deepEqual(await rows(), ["main", "worker one", "worker two"]);
    assert.equal(await page.locator("#found").textContent(), "3 of 5 tasks");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => tsyncioTrace.state.selected?.name), "worker one");
    for (const [text, names] of [
      ["lock.acquire", ["worker two"]],
      ["it broke", ["broken"]],
      ["nothing of that", []],
    ] as const) {
      await page.fill("#search", text);
      assert.deepEqual(await rows(), names);
    }
    await page.keyboard.press("Escape");
    assert.equal((await rows()).length, 5);
    await page.keyboard.press("Escape");
  });

  test("goes to the blocks of the lane and to errors by keys, and to what a task does before and after", async () => {
    await page.keyboard.press("b");
    assert.match((await page.locator("#details .segment").textContent()) ?? "", /runs on the lane, for 80 ms/);
    await page.keyboard.press("]");
    assert.match((await page.locator("#details .segment").textContent()) ?? "", /waits for sleep, for 50 ms/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    assert.match((await page.locator("#details").textContent()) ?? "", /^✕broken.*it broke/);
    await page.keyboard.press("Escape");
  });

  test("has a table of all tasks in words, whose names lead to the picture", async () => {
    await page.keyboard.press("t");
    // A table that is opened is told so later, and is filled then.
    await page.locator("#table tbody tr").nth(4).waitFor();
    const rows = await page.locator("#table tbody tr").allInnerTexts();
    assert.deepEqual(
      rows.map((row) => [row.split("\t")[0], row.split("\t").at(-1)]),
      [
        ["main", "result"],
        ["worker one", "result"],
        ["worker two", "result"],
        ["broken", "error: Error: it broke"],
        ["idler", "cancelled: enough"],
      ],
    );
    await page.locator("#table tbody tr", { hasText: "idler" }).locator("button").click();
    assert.equal(await page.locator("#details h2").textContent(), "idler load");
    await page.keyboard.press("Escape");
    await page.keyboard.press("t");
  });

  test("explains itself, with its keys", async () => {
    await page.keyboard.press("?");
    assert.match(
      ((await page.locator("#help").textContent()) ?? "").replaceAll("\n", " "),
      /single-lane road.*multi-lane highway with exits/,
    );
    assert.equal(await page.locator("#keys tr").count(), 18);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#help").isVisible(), false);
  });

  test("is light or dark as the system is, and changes by its button", async () => {
    const ground = await placeOf(page, "broken", 190);
    ground.y += 7;
    assert.deepEqual(await colourAt(page, ground), [255, 255, 255]);
    await page.locator("#theme").click();
    assert.deepEqual(await colourAt(page, ground), [20, 23, 28]);
    await page.locator("#theme").click();
    const dark = await open(browser, await smallTrace(), "dark");
    assert.deepEqual(await named(dark.page, "ground"), [20, 23, 28]);
    await dark.page.close();
  });

  test("draws a hundred thousand events with some thousand rectangles, whatever the zoom", async (t) => {
    const { page: large, errors } = await open(browser, await largeTrace());
    const { events, rectangles, times } = await large.evaluate(() => {
      const { CanvasRenderingContext2D } = globalThis as any;
      const { fillRect } = CanvasRenderingContext2D.prototype;
      let count = 0;
      CanvasRenderingContext2D.prototype.fillRect = function (...args: number[]) {
        count++;
        fillRect.apply(this, args);
      };
      const rectangles: number[] = [];
      const times: number[] = [];
      for (let frame = 0; frame < 40; frame++) {
        count = 0;
        times.push(tsyncioTrace.drawNow());
        rectangles.push(count);
        (tsyncioTrace.view as any).zoom(0.8);
      }
      return { events: tsyncioTrace.trace.eventCount, rectangles, times: times.sort((a, b) => a - b) };
    });
    assert.ok(events >= 100_000, String(events));
    assert.ok(Math.max(...rectangles) < 30_000, String(rectangles));
    assert.deepEqual(errors, []);
    t.diagnostic(`${events} events: a frame takes ${times[20]?.toFixed(1)} ms (median of 40)`);
    await large.close();
  });

  test("is drawn, light and dark", async () => {
    const light = await page.screenshot();
    await page.locator("#theme").click();
    const dark = await page.screenshot();
    assert.ok(light.length > 20_000 && dark.length > 20_000);
    assert.notDeepEqual(light, dark);
    assert.deepEqual(opened.errors, []);
  });
});
