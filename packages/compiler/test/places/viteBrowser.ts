/** The page of a Vite folder in a browser, as its dev server gives it and as it is built. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import type * as Vite from "vite";
import { folder } from "../support.js";
import { missing, PROGRAM_OUTPUT, SETUP, toolOf } from "./places.js";

const SAID = `${PROGRAM_OUTPUT.replace("[ 'A', 'B' ]", '["A","B"]')}coroutine 'download' was never awaited`;

function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const paths = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    folders.map((at) => join(at, name)),
  );
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What a page shows when its program has ended. */
async function shown(browser: string, profile: string, url: string): Promise<string> {
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    `--user-data-dir=${profile}`,
  ];
  const { stdout } = await promisify(execFile)(browser, [...flags, "--virtual-time-budget=60000", "--dump-dom", url]);
  return /<pre>(.*?)<\/pre>/s.exec(stdout)?.[1] ?? stdout;
}

/** Tests the page of a folder. */
export function describeBrowser(place: string): void {
  const browser = findBrowser();
  const skip = missing(place, "vite") || (browser === undefined && "there is no Chromium for the page of the folder");
  if (skip !== false) console.log(`SKIPPED: ${place}: ${skip}`);

  describe(`The page of ${place} in Chromium`, { skip }, () => {
    const root = join(SETUP, place);

    test("runs from the dev server", async (t) => {
      const vite = await toolOf<typeof Vite>(place, "vite");
      const cacheDir = folder(t, {});
      const server = await vite.createServer({
        root,
        cacheDir,
        logLevel: "silent",
        server: { host: "127.0.0.1", port: 0 },
      });
      t.after(() => server.close());
      await server.listen();
      const page = await shown(browser!, folder(t, {}), server.resolvedUrls!.local[0]!);
      assert.equal(page.slice(0, SAID.length), SAID);
    });

    test("runs when it is built", async (t) => {
      const vite = await toolOf<typeof Vite>(place, "vite");
      const outDir = folder(t, {});
      const build = { outDir, emptyOutDir: true };
      await vite.build({ root, logLevel: "silent", build });
      const server = await vite.preview({ root, logLevel: "silent", build, preview: { host: "127.0.0.1", port: 0 } });
      t.after(() => server.close());
      const page = await shown(browser!, folder(t, {}), server.resolvedUrls!.local[0]!);
      assert.equal(page.slice(0, SAID.length), SAID);
    });
  });
}
