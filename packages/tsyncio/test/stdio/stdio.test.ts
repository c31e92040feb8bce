import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { packageRoot } from "../support/child.js";

/** Runs a program with an input that comes in pieces; `end` false leaves the input open. */
function fed(
  script: string,
  pieces: readonly string[],
  end = true,
): Promise<{ output: string; status: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      cwd: packageRoot,
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    // One that has seen enough ends before it has read everything.
    child.stdin.on("error", () => {});
    for (const piece of pieces) child.stdin.write(piece);
    if (end) child.stdin.end();
    child.once("close", (status) => resolve({ output, status }));
  });
}

const IMPORTS = `import { coroutine, run } from "tsyncio"; import { stdin, stdout, stderr } from "tsyncio/stdio";`;

describe("tsyncio/stdio", () => {
  test("the lines of standard input, written to standard output", async () => {
    const script = `${IMPORTS}
      await run(coroutine(function* () {
        const lines = stdin.lines();
        for (let line = yield* lines.next(); !line.done; line = yield* lines.next()) {
          stdout.write(line.value.toUpperCase() + "\\n");
          yield* stdout.drain();
        }
        stdout.write("end\\n");
      }));`;
    assert.deepEqual(await fed(script, ["one\ntw", "o\nthree"]), { output: "ONE\nTWO\nTHREE\nend\n", status: 0 });
  });

  test("standard input keeps the process alive only while a task waits for it", async () => {
    const script = `${IMPORTS}
      await run(coroutine(function* () {
        stdout.write(yield* stdin.readLine());
        stderr.write("");
      }));`;
    assert.deepEqual(await fed(script, ["one\n", "two\n"], false), { output: "one\n", status: 0 });
  });

  const collect = (before = ""): string => `${IMPORTS}
    await run(coroutine(function* () {
      ${before}
      const lines = stdin.lines();
      const seen = [];
      try {
        for (let line = yield* lines.next(); !line.done; line = yield* lines.next()) seen.push(line.value);
      } catch (error) {
        seen.push(error.name);
      }
      stdout.write(JSON.stringify(seen.map((line) => line.slice(0, 20) + (line.length > 20 ? line.length : ""))));
    }));`;

  test("lines without their ends, be these LF or CRLF, also the last one that has none, and none of nothing", async () => {
    assert.equal((await fed(collect(), ["a\r\nb\n\nc"])).output, '["a","b","","c"]');
    assert.equal((await fed(collect(), [])).output, "[]");
  });

  test("a line of more than 64 KiB is an error, unless the program has set `stdin.limit`", async () => {
    const long = "x".repeat(200_000);
    assert.equal((await fed(collect(), [`${long}\nafter\n`])).output, '["LimitOverrunError"]');
    const output = await fed(collect("stdin.limit = 1 << 20;"), [`${long}\nafter\n`]);
    assert.equal(output.output, `["${"x".repeat(20)}200000","after"]`);
    assert.equal(
      (await fed(collect("try { stdin.limit = 0 } catch (error) { stdout.write(error.message + ' ') }"), [])).output,
      "the limit of a StreamReader is a whole number from 1, not 0 []",
    );
  });
});
