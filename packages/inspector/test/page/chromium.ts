/** The page in a real browser: the system's Chromium, where there is one. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { tracePage } from "@tsyncio/inspector/page";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Trace } from "tsyncio/debug";

const PLACES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export const CHROMIUM: string | undefined = PLACES.find((place) => place !== undefined && existsSync(place));

/** What a test is skipped for; false where it is not. */
export const skip: string | false =
  CHROMIUM === undefined &&
  "SKIPPED: no Chromium is installed; set CHROMIUM to the path of one to test the page in a browser";

/** For a busy machine, in milliseconds. */
const PATIENCE = 300_000;

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM as string,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    timeout: PATIENCE,
  });
}

/** What happened to a page that must not happen. */
export interface Opened {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

/** Opens the page of a trace from a file. */
export async function open(browser: Browser, trace: Trace, colorScheme: "light" | "dark" = "light"): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "tsyncio-page-"));
  const file = join(folder, "trace.html");
  writeFileSync(file, tracePage(trace));
  const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, colorScheme, reducedMotion: "reduce" });
  page.setDefaultTimeout(PATIENCE);
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => requests.push(request.url()));
  page.on("close", () => rmSync(folder, { recursive: true, force: true }));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  return { page, errors, requests: requests.filter((each) => each !== url && !each.startsWith("data:")) };
}
