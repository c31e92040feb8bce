import { expect, test } from "bun:test";
import { download } from "../../program/download.ts";

test("an async function is a coroutine, and bun test waits for it", async () => {
  const page = download("a", 1);
  expect(page).not.toBeInstanceOf(Promise);
  expect(await page).toBe("A");
});
