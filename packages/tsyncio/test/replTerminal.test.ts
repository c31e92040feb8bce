import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { project } from "./programs.js";
import { canHaveTerminal, ReplProgram } from "./support/replProgram.js";

/** What the line editor writes behind each line. */
const PROMPT = "\u001b[1G\u001b[0J> \u001b[3G";
const skip: string | false = canHaveTerminal
  ? false
  : "there is no python3 with the module pty, which makes a terminal";

async function start(t: TestContext, history = ""): Promise<ReplProgram> {
  const repl = new ReplProgram(t, project(t, {}), { terminal: true, history });
  await repl.until(PROMPT);
  return repl;
}

describe("tsyncio repl in a terminal", { skip, timeout: 900_000 }, () => {
  test("Ctrl-C cancels the line that runs, with its clean-ups", async (t) => {
    const repl = await start(t);
    repl.type(
      "try { console.log('o' + 'n'); await sleep('1h') } finally { await sleep(1); console.log('cl' + 'ean') }\r",
    );
    await repl.until("on\r\n");
    repl.type("\u0003");
    await repl.until("clean\r\n(cancelled)\r\n");
    await repl.until(PROMPT);
    repl.type("1 + 1\r");
    await repl.until("2\r\n");
  });

  test("Ctrl-C interrupts a line that computes", async (t) => {
    const repl = await start(t);
    repl.type("console.log('o' + 'n'); while (true);\r");
    await repl.until("on\r\n");
    repl.type("\u0003");
    await repl.until(`(cancelled)\r\n${PROMPT}`);
  });

  test("Ctrl-C throws away what was typed; at an empty prompt a second one ends the session", async (t) => {
    const repl = await start(t);
    repl.type("abc\u0003");
    assert.equal(await repl.until(PROMPT), `abc\r\r\n${PROMPT}`);
    repl.type("\u0003");
    await repl.until(`(To exit, press Ctrl+C again or Ctrl+D or type .exit)\r\n${PROMPT}`);
    repl.type("\u0003");
    assert.equal((await repl.end()).status, 0);
  });

  test("what is typed while a line runs is the next line", async (t) => {
    const repl = await start(t);
    repl.type(
      "console.log('o' + 'n'); await new Promise((go) => process.stdin.once('data', () => setImmediate(go)))\r",
    );
    await repl.until("on\r\n");
    repl.type("'sec' + 'ond'\r");
    await repl.until("undefined\r\n");
    await repl.until("'second'\r\n");
  });

  test("what a task prints stands above the prompt, and what was typed stays", async (t) => {
    const repl = await start(t);
    repl.type(
      "const go = new Event(); createTask((async () => { await go.wait(); console.log('pri' + 'nted') })()) && 0\r",
    );
    await repl.until(`0\r\n${PROMPT}`);
    repl.type("process.once('SIGUSR2', () => go.set()) && process.pid\r");
    const [pid] = (await repl.until(`\r\n${PROMPT}`)).match(/\d+(?=\r\n\S*> )/) ?? [];
    repl.type("1 + 1");
    await repl.until("1 + 1");
    process.kill(Number(pid), "SIGUSR2");
    await repl.until("\u001b[1G\u001b[0Jprinted\r\n\u001b[1G\u001b[0J> 1 + 1\u001b[8G");
    repl.type("\r");
    await repl.until("2\r\n");
  });

  test("Tab completes names of tsyncio, declared names and their members", async (t) => {
    const repl = await start(t);
    repl.type("const thing = { member: 1 }\r");
    await repl.until(PROMPT);
    repl.type("thing.mem\t");
    await repl.until("thing.member");
    repl.type("\u0003moveOn\t");
    await repl.until("moveOnAfter");
  });

  test("the history is kept in a file, and the next session has it", async (t) => {
    const history = join(project(t, {}), "history");
    const first = await start(t, history);
    first.type("'kept'\r");
    await first.until("'kept'\r\n");
    first.type("\u0004");
    assert.equal((await first.end()).status, 0);
    assert.equal(readFileSync(history, "utf8").trim(), "'kept'");
    const second = await start(t, history);
    second.type("\u001b[A\r");
    await second.until("'kept'\u001b[9G\r\r\n'kept'\r\n");
  });

  test("Ctrl-D ends the session: what is left is cancelled and awaited", async (t) => {
    const repl = await start(t);
    repl.type(
      "createTask((async () => { try { await sleep('1h') } finally { await sleep(5); console.log('cl' + 'ean') } })()) && 0\r",
    );
    await repl.until(PROMPT);
    repl.type("\u0004");
    const { output, status } = await repl.end();
    assert.match(output, /clean\r\n$/);
    assert.equal(status, 0);
  });
});
