import { createTask, gather, sleep, TimeoutError, withTimeout } from "tsyncio";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { download } from "../../program/download.ts";

const lines: string[] = [];

beforeEach(async () => {
  await sleep(0); // hooks are coroutines as well
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  lines.length = 0;
});

test("calling runs nothing", async () => {
  const page = download("a", 0);
  await sleep(5);
  expect(lines).toEqual([]);
  expect(await page).toBe("A");
});

test("several at once, in the order of the calls", async () => {
  expect(await gather(download("a", 100), download("b", 10))).toEqual(["A", "B"]);
  expect(lines).toEqual(["b has come", "b is cleaned up", "a has come", "a is cleaned up"]);
});

test("what is cancelled cleans up", async () => {
  const task = createTask(download("c", 60_000));
  await sleep(1);
  task.cancel();
  await expect(task).rejects.toThrow("cancelled");
  expect(lines).toEqual(["c is cleaned up"]);
});

test("a timeout", async () => {
  await expect(withTimeout("1ms", () => download("d", 60_000))).rejects.toThrow(TimeoutError);
});

test("a forgotten await fails nothing, and is reported when the tests of the file have ended", async () => {
  download("e", 0); // test/download.test.ts:42:3
});
