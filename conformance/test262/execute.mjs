// Runs one test in one form, in all its variants, and says why it failed.
import { join } from "node:path";
import { Failure, Realm } from "./realm.mjs";
import { harnessOf, variants } from "./testFile.mjs";

/** What was thrown where no code of the runner could catch it, in the run that is on. */
let stray = [];
process.on("uncaughtException", (error) => stray.push(error));
process.on("unhandledRejection", () => {});

/** @returns {Promise<string | null>} why it failed */
export async function execute(root, test, form, helpers) {
  for (const text of variants(test)) {
    const why = await executeVariant(root, test, text, form, helpers);
    if (why !== null) return text === test.text ? why : `strict: ${why}`;
  }
  return null;
}

async function executeVariant(root, test, text, form, helpers) {
  const isAsync = test.flags.has("async");
  const realm = new Realm(form, helpers);
  stray = [];
  let failure = null;
  try {
    for (const name of harnessOf(test)) realm.include(join(root, "harness", name));
    if (test.flags.has("module")) await Promise.race([realm.runModule(test.path, text), realm.settled(isAsync)]);
    else realm.runScript(test.path, text);
    await realm.settled(isAsync);
    if (stray.length > 0) failure = new Failure("runtime", stray[0]);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failure = error;
  }
  if (test.negative !== undefined) return negative(test.negative, failure);
  if (failure !== null) return String(failure);
  if (!isAsync) return null;
  const said = realm.printed.find((line) => line.startsWith("Test262:"));
  if (said === "Test262:AsyncTestComplete") return null;
  return said === undefined ? "$DONE was never called" : said.split("\n")[0];
}

function negative(expected, failure) {
  const wanted = `${expected.phase}: ${expected.type}`;
  if (failure === null) return `no error, expected ${wanted}`;
  if (failure.type !== expected.type) return `${failure}, expected ${wanted}`;
  if (failure.phase !== expected.phase) return `${failure}, expected ${wanted}`;
  return null;
}
