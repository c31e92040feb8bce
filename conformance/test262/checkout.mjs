// Which tests of a checkout are of interest, and what folder of the page each belongs to.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Not run: what needs several threads that wait for each other, and what is about the language of people. */
const LEFT_OUT = /^(built-ins\/Atomics|intl402|staging\/intl402)\//;

/** Says what is wrong with a path that is no checkout of test262; null where it is one. */
export function wrongCheckout(root) {
  if (!existsSync(root)) return `there is nothing at ${root}`;
  const missing = ["harness/assert.js", "harness/sta.js", "test"].find((name) => !existsSync(join(root, name)));
  return missing === undefined ? null : `${root} is no checkout of test262: it has no ${missing}`;
}

/** The names of the tests with the word `async` in them, below `test`. */
export function asyncTests(root) {
  return readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".js") && !name.includes("_FIXTURE") && !LEFT_OUT.test(name))
    .filter((name) => /\basync\b/.test(readFileSync(join(root, "test", name), "utf8")))
    .sort();
}

/** `language/expressions/async-function`, `built-ins/Promise`. */
export function folderOf(name) {
  const parts = name.split("/");
  return parts.slice(0, Math.min(parts[0] === "language" ? 3 : 2, parts.length - 1)).join("/");
}
