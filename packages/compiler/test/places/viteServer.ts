/** The dev server of a Vite: modules for the page, modules that run on the server, and new versions of both. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import tsyncio from "@tsyncio/compiler/vite";
import type * as Vite from "vite";
import { folder, PACKAGE } from "../support.js";
import { missing, toolOf } from "./places.js";

interface Counter {
  count(): Promise<string>;
  fail(): Promise<never>;
}

const source = (version: string): string => `interface Unused { a: number }
export async function count(): Promise<string> { return await ${JSON.stringify(version)}; }
export async function fail(): Promise<never> { await 0 as number;  throw new Error("here"); }
import.meta.hot?.accept((next) => globalThis.updated?.(next));
`;

/** Tests the dev server of the Vite of a folder. */
export function describeServer(place: string): void {
  describe(`The dev server of ${place}`, { skip: missing(place, "vite") }, () => {
    async function serve(t: TestContext): Promise<{ vite: typeof Vite; server: Vite.ViteDevServer; root: string }> {
      const files = { "package.json": '{ "name": "app", "type": "module" }', "counter.ts": source("one") };
      const root = folder(t, files, join(PACKAGE, ".build/places"));
      const vite = await toolOf<typeof Vite>(place, "vite");
      const server = await vite.createServer({
        root,
        configFile: false,
        logLevel: "silent",
        appType: "custom",
        optimizeDeps: { noDiscovery: true },
        server: { middlewareMode: true, ws: false, watch: null },
        plugins: [tsyncio()],
      });
      t.after(() => server.close());
      return { vite, server, root };
    }

    test("a module of the page is lowered, its types are gone, its map is that of the source", async (t) => {
      const { server } = await serve(t);
      const result = await server.transformRequest("/counter.ts");
      assert.match(
        result!.code,
        /import \{.*\bco as \$co\b.*\} from "\/@fs\/.*\/tsyncio\/dist\/browser\/syntax\/index\.js"/,
      );
      assert.doesNotMatch(result!.code, /async function|interface|: Promise/);
      const map = result!.map as { sources: string[]; sourcesContent: string[] };
      assert.deepEqual([map.sources, map.sourcesContent], [["counter.ts"], [source("one")]]);
    });

    test("a module that the server runs gives coroutines, whose errors have the line and the column", async (t) => {
      const { server, root } = await serve(t);
      const module = (await server.ssrLoadModule("/counter.ts")) as Counter;
      assert.equal(typeof (module.count() as unknown as { close?: unknown }).close, "function");
      assert.equal(await module.count(), "one");
      const error = (await module.fail().then(null, (reason) => reason)) as Error;
      server.ssrFixStacktrace(error);
      const column = source("one").split("\n")[2]!.indexOf("new Error") + 1;
      assert.ok(error.stack!.includes(`${join(root, "counter.ts")}:3:${column}`), error.stack);
    });

    test("a new version of a module takes the place of the old one, without a reload", async (t) => {
      const { vite, server, root } = await serve(t);
      const runner = vite.createServerModuleRunner(server.environments.ssr);
      t.after(() => runner.close());
      const first = (await runner.import("/counter.ts")) as Counter;
      assert.equal(await first.count(), "one");
      const updated = new Promise<Counter>((resolve) => Object.assign(globalThis, { updated: resolve }));
      writeFileSync(join(root, "counter.ts"), source("two"));
      server.watcher.emit("change", join(root, "counter.ts"));
      const second = await updated;
      assert.deepEqual([await first.count(), await second.count()], ["one", "two"]);
    });
  });
}
