/**
 * The build for browsers, whose internal names are shortened: it has the same public names, and the suites that look at nothing
 * internal pass with it.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as normal from "tsyncio";
import * as normalInterop from "tsyncio/interop";
import * as normalPatterns from "tsyncio/patterns";
import * as normalSyntax from "tsyncio/syntax";
import * as normalTesting from "tsyncio/testing";
import { built, packageRoot, runChild } from "./support/child.js";
import { its } from "./support/outcome.js";

async function load<M>(file: string): Promise<M> {
  return (await import(built(`browser/${file}.js`))) as M;
}

const browser = await load<typeof normal>("index");
const builds: [subPath: string, normal: object, browser: object][] = [
  ["tsyncio", normal, browser],
  ["tsyncio/interop", normalInterop, await load("interop/index")],
  ["tsyncio/patterns", normalPatterns, await load("patterns/index")],
  ["tsyncio/syntax", normalSyntax, await load("syntax/index")],
  ["tsyncio/testing", normalTesting, await load("testing/index")],
];

const shortened = new Set<unknown>(JSON.parse(readFileSync(join(packageRoot, "mangle.json"), "utf8")) as string[]);

function members(value: unknown): PropertyKey[] {
  return typeof value === "function" && value.prototype ? Reflect.ownKeys(value.prototype as object) : [];
}

/** All that needs neither the sources nor Node. First the one that wants the line of every call: later ones are sampled. */
const suites = [
  "kernel/neverAwaited",
  ...["awaitChain", "cancellation", "cleanUp", "context", "errors", "forwarding", "future"].map(
    (name) => `kernel/${name}`,
  ),
  ...["neverRetrieved", "shieldedScope", "task", "twoCopies", "unwinding"].map((name) => `kernel/${name}`),
  ...[
    "asCompleted",
    "gather",
    "race",
    "retry",
    "shield",
    "sleep",
    "taskGroup",
    "taskGroupCancel",
    "taskGroupStart",
    "wait",
  ].map((name) => `concurrency/${name}`),
  ...["asyncIterables", "events", "native", "signalListeners", "signals"].map((name) => `interop/${name}`),
  ...["bursts", "mapConcurrent", "once", "overlap", "rateLimiter"].map((name) => `patterns/${name}`),
  ...["runner", "stopAndClose", "taskFactory"].map((name) => `runner/${name}`),
  ...["explore", "virtualTime", "waitAllTasksBlocked"].map((name) => `testing/${name}`),
  ...["asyncGenerator", "forAwait", "resources"].map((name) => `syntax/${name}`),
];

describe("the build for browsers", () => {
  for (const [subPath, ours, theirs] of builds) {
    test(`exports what ${subPath} exports, and its classes have the same public members`, () => {
      assert.deepEqual(Object.keys(theirs), Object.keys(ours));
      for (const [name, value] of Object.entries(ours)) {
        const kept = members(value).filter((member) => !shortened.has(member));
        const found = new Set(members((theirs as Record<string, unknown>)[name]));
        assert.deepEqual(
          kept.filter((member) => !found.has(member)),
          [],
          name,
        );
        assert.equal(found.size, members(value).length, name);
      }
    });
  }

  test("has been shortened", () => {
    assert.ok("settle" in normal.Future.prototype);
    assert.ok(!("settle" in browser.Future.prototype));
  });

  test("keeps the names of errors, and ends a wait whose time is up", async () => {
    const late = await browser.run(browser.withTimeout(1, () => browser.sleep("1h"))).catch((error: unknown) => error);
    assert.ok(late instanceof normal.TimeoutError);
    assert.ok(late instanceof browser.TimeoutError);
    assert.equal(String(late), "TimeoutError: not done within 1 ms");
    assert.equal(await browser.run(browser.moveOnAfter(1, () => browser.sleep("1h"))), undefined);
    assert.equal(await browser.run(browser.waitFor(browser.sleep(0, "in time"), "1h")), "in time");
  });

  test("can be awaited by the normal build, and awaits it", async () => {
    const ours = normal.coroutine(function* () {
      return yield* its(browser.sleep(1, "theirs"));
    });
    const both = browser.coroutine(function* () {
      return yield* browser.gather(ours(), browser.sleep(1, "own"));
    });
    assert.deepEqual(await browser.run(both()), ["theirs", "own"]);
    // Each closes the unused coroutine of the other, so the names that this takes are not shortened.
    await assert.rejects(browser.run(browser.waitFor(ours(), 0)), browser.TimeoutError);
  });

  test("passes the suites that look at nothing internal", async () => {
    const script = suites.map((name) => `await import("${new URL(`${name}.test.js`, import.meta.url)}");`).join("\n");
    const flags = ["--conditions=browser", "--test-reporter=tap", "--enable-source-maps", "--expose-gc"];
    const { status, stdout, stderr } = await runChild(script, flags);
    assert.deepEqual(stdout.match(/^ +not ok .*/gm) ?? [], [], stdout);
    assert.equal(status, 0, stderr);
    assert.ok(Number(/^\S+ pass (\d+)$/m.exec(stdout)?.[1]) > 250, stdout);
  });
});
