/** The examples of HTTP servers and clients: they print what their headers say, and real clients can leave them and be left by them. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { type Program, start, tsyncio, WORKSPACE } from "./programs.js";

const SERVERS = ["node-http", "express", "fastify", "hono"];
const CLIENTS = ["fetch", "undici", "ws"];

/** The lines that the header of an example says it prints. */
function promised(name: string): string {
  const source = readFileSync(join(WORKSPACE, "examples/http", `${name}.ts`), "utf8");
  const lines = source.slice(0, source.indexOf("*/")).matchAll(/^ \* {5}(.*)$/gm);
  return [...lines].map(([, line = ""]) => `${line}\n`).join("");
}

/** An example that serves until it is told to end. */
async function serving(t: TestContext, name: string): Promise<{ program: Program; url: string }> {
  const program = start(t, ["run", `examples/http/${name}.ts`, "--serve"]);
  const url = await program.said(/^serving on (\S+)$/m);
  return { program, url };
}

const withoutCurl = spawnSync("curl", ["--version"]).error ? "SKIPPED: curl is not installed" : false;

/** curl, with what it has written. */
function curl(t: TestContext, ...args: string[]): { child: ChildProcess; text: Promise<string> } {
  const child = spawn("curl", ["--silent", "--show-error", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  return { child, text: once(child, "close").then(() => text) };
}

describe("Examples of HTTP", () => {
  for (const name of [...SERVERS, ...CLIENTS])
    test(`${name}.ts prints what its header says`, async (t) => {
      const { stdout, stderr, status } = await tsyncio(t, ["run", `examples/http/${name}.ts`]);
      assert.deepEqual({ stdout, status }, { stdout: promised(name), status: 0 });
      const reported =
        name === "node-http" ? /^Unhandled exception in a handler\n Error: there is no coffee\n {4}at answer / : /^$/;
      assert.match(stderr, reported);
    });
});

describe("Example servers and curl", { skip: withoutCurl }, () => {
  for (const name of SERVERS) {
    test(`${name}.ts: a curl that is stopped cancels its handler; SIGTERM lets what is nearly ready be served, and cuts off the rest`, async (t) => {
      const { program, url } = await serving(t, name);
      const stopped = curl(t, `${url}/tea?kind=black&time=1h`);
      await program.printed("server: brews black tea");
      stopped.child.kill("SIGINT");
      await program.printed("server: pours the black tea away");
      assert.equal(await stopped.text, "");
      const coffee = curl(t, "--output", "/dev/null", "--write-out", "%{http_code}", `${url}/coffee`);
      assert.equal(await coffee.text, name === "node-http" ? "500" : "404");

      const quick = curl(t, `${url}/tea?kind=green&time=300ms`);
      const slow = curl(t, "--output", "/dev/null", "--stderr", "/dev/null", `${url}/tea?kind=white&time=1h`);
      await Promise.all([program.printed("brews green"), program.printed("brews white")]);
      program.signal("SIGTERM");
      assert.equal(await quick.text, "a cup of green tea\n");
      await slow.text;
      assert.notEqual(slow.child.exitCode, 0);
      const { stdout, stderr, status } = await program.end();
      assert.match(stdout, /server: pours the white tea away\n$/);
      assert.deepEqual([status, name === "node-http" || stderr === ""], [143, true]);
    });
  }
});

test("ws.ts: a client is told when SIGTERM ends the server", async (t) => {
  const { program, url } = await serving(t, "ws");
  const socket = new WebSocket(`${url}/Ada`);
  await once(socket, "open");
  const closed = once(socket, "close");
  program.signal("SIGTERM");
  assert.equal((await closed)[0], 1001);
  const { stderr, status } = await program.end();
  assert.deepEqual({ stderr, status }, { stderr: "", status: 143 });
});
