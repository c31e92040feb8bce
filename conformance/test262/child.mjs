// A process that runs the tests which it is sent, one after another.
import { createRequire } from "node:module";
import { execute } from "./execute.mjs";
import { readTest, variants } from "./testFile.mjs";

const { lower, LoweringError } = createRequire(import.meta.url)("@tsyncio/compiler");

/**
 * What came of a test: null, or why it failed; `lazy` without the adaptation; `native` where the test fails lowered.
 *
 * @typedef {{ name: string, touched: boolean, started: string | null, lazy: string | null, native: string | null }} Outcome
 */

let queue = Promise.resolve();

process.on("message", ({ root, names, helpers, isNative }) => {
  for (const name of names) {
    queue = queue.then(async () => process.send(await (isNative ? nativeOutcome : outcome)(root, name, helpers)));
  }
  queue = queue.then(() => process.send(null));
});

/** What the engine makes of a test by itself. */
async function nativeOutcome(root, name) {
  return { native: await execute(root, readTest(root, name), "native") };
}

/** @returns {Promise<Outcome>} */
async function outcome(root, name, helpers) {
  const test = readTest(root, name);
  const result = { name, touched: isTouched(test), started: null, lazy: null, native: null };
  if (!result.touched) return result;
  result.lazy = await execute(root, test, "lazy", helpers);
  result.started = await execute(root, test, "started", helpers);
  if (result.started !== null) result.native = await execute(root, test, "native", helpers);
  return result;
}

/** Whether the pass changes the test, or says that it is wrong. */
function isTouched(test) {
  const module = test.flags.has("module") ? "esm" : "cjs";
  return variants(test).some((text) => {
    try {
      return lower(text, { filename: test.path, module, sourceMap: false }).code !== text;
    } catch (error) {
      if (error instanceof LoweringError) return true;
      throw error;
    }
  });
}
