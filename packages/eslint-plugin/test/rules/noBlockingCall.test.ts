import { alone, Cases } from "../support/cases.js";

const FS = 'import { existsSync, readFileSync } from "node:fs";\nimport { readFile } from "node:fs/promises";\n';

new Cases("no-blocking-call")
  .bad("a function of node:fs", alone, `${FS}async function f() {\n  const a = readFileSync("a", "utf8");\n}`, [
    "blocking",
    `${FS}async function f() {\n  const a = await readFile("a", "utf8");\n}`,
  ])
  .bad(
    "with an import for it",
    alone,
    'import fs from "fs";\nasync function f() {\n  return fs.readdirSync(".").length;\n}',
    [
      "blocking",
      'import fs from "fs";\nimport { readdir } from "node:fs/promises";\nasync function f() {\n  return (await readdir(".")).length;\n}',
    ],
  )
  .bad(
    "in a generator",
    alone,
    `import { coroutine, until } from "tsyncio";\n${FS}coroutine(function* () {\n  return JSON.parse(readFileSync("a"));\n});`,
    [
      "blocking",
      `import { coroutine, until } from "tsyncio";\n${FS}coroutine(function* () {\n  return JSON.parse(yield* until(readFile("a")));\n});`,
    ],
  )
  .bad(
    "in a callback that is called at once",
    alone,
    `${FS}async function f(names) {\n  return names.map((name) => readFileSync(name));\n}`,
    ["blocking"],
  )
  .bad(
    "of other modules, which have no promise of the same arguments",
    alone,
    'import * as zlib from "node:zlib";\nimport { execSync, spawnSync } from "child_process";\nimport { scryptSync } from "node:crypto";\nimport { existsSync, readSync } from "node:fs";\nasync function f() {\n  zlib.gzipSync(""); execSync(""); spawnSync(""); scryptSync(""); existsSync(""); readSync(1);\n}',
    ["blocking"],
    ["blocking"],
    ["blocking"],
    ["blocking"],
    ["blocking"],
    ["blocking"],
  )
  .bad(
    "by require",
    alone,
    'const { execFileSync } = require("node:child_process");\nasync function f() { execFileSync(""); }',
    ["blocking"],
  )
  .bad(
    "what is there without an import",
    alone,
    "async function f(a) { Atomics.wait(a, 0, 0); Bun.sleepSync(1); Deno.readTextFileSync('a'); }",
    ["blocking"],
    ["blocking"],
    ["blocking"],
  )
  .good(
    "outside of coroutines",
    alone,
    `${FS}readFileSync("a");\nfunction f() { readFileSync("a"); }\nasync function g() { return () => readFileSync("a"); }`,
  )
  .good("a file that is not lowered", alone, `// @tsyncio-off\n${FS}async function f() { readFileSync("a"); }`)
  .good(
    "functions of the program",
    alone,
    "function readFileSync() {}\nconst Atomics = { wait() {} };\nasync function f() { readFileSync(); Atomics.wait(); }",
  )
  .good(
    "what waits for nothing",
    alone,
    'import { closeSync } from "node:fs";\nasync function f() { closeSync(1); Atomics.notify(a, 0); }',
  )
  .good("what is allowed", alone, `${FS}async function f() { existsSync("a"); }`, {
    options: [{ allow: ["existsSync"] }],
  })
  .run("untyped");
