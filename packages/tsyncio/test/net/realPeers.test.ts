/** Programs of others at the other end: CPython's asyncio, curl, openssl, Redis, wrk, ab. Each is skipped where it is not there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { type Coroutine, coroutine, createTask, gather, run, sleep, until } from "tsyncio";
import { openConnection, type Server, type StreamReader, type StreamWriter, startServer } from "tsyncio/net";
import { createSubprocessExec, runProcess } from "tsyncio/subprocess";
import { certificate } from "../support/peers.js";

/** Whether a program is there; else the test is skipped, and says so. */
function has(t: TestContext, program: string, ...args: string[]): boolean {
  const found = spawnSync(program, args).status === 0;
  if (!found) t.skip(`${program} is not installed`);
  return found;
}

const echo = coroutine(function* (reader: StreamReader, writer: StreamWriter) {
  for (let line = yield* reader.readLine(); line.length > 0; line = yield* reader.readLine()) {
    writer.write(line);
    yield* writer.drain();
  }
});

function serving(
  handler: (reader: StreamReader, writer: StreamWriter) => Coroutine<void>,
  body: (server: Server) => Generator<unknown, void, any>,
  options = {},
): Promise<void> {
  return run(
    coroutine(function* () {
      const server = yield* startServer(handler, "127.0.0.1", 0, options);
      try {
        yield* coroutine(body)(server);
      } finally {
        yield* server[Symbol.asyncDispose]();
      }
    }),
  );
}

describe("real peers", () => {
  test("a client of CPython's asyncio: 20 connections at once, 100 lines each, half closed", async (t) => {
    if (!has(t, "python3", "-c", "import asyncio")) return;
    const client = `
import asyncio, sys
async def one(number):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    for turn in range(100):
        writer.write(f"{number} {turn}\\n".encode())
        await writer.drain()
        assert await reader.readline() == f"{number} {turn}\\n".encode()
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
async def main():
    await asyncio.gather(*[one(n) for n in range(20)])
    print("ok")
asyncio.run(main())`;
    await serving(echo, function* (server) {
      const { stdout } = yield* runProcess("python3", "-c", client, String(server.port));
      assert.equal(String(stdout), "ok\n");
    });
  });

  test("a server of CPython's asyncio: 20 connections at once", async (t) => {
    if (!has(t, "python3", "-c", "import asyncio")) return;
    const script = `
import asyncio
async def upper(reader, writer):
    async for line in reader:
        writer.write(line.upper())
        await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(upper, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())`;
    await run(
      coroutine(function* () {
        const python = yield* createSubprocessExec("python3", "-c", script, { stdout: "pipe", stderr: "ignore" });
        const port = Number(yield* python.stdout!.readLine());
        const ask = coroutine(function* (text: string) {
          const [reader, writer] = yield* openConnection("127.0.0.1", port);
          writer.write(text);
          writer.writeEof();
          const answer = String(yield* reader.read());
          yield* writer[Symbol.asyncDispose]();
          return answer;
        });
        const texts = Array.from({ length: 20 }, (_, number) => `line ${number}\n`.repeat(500));
        assert.deepEqual(
          yield* gather(texts.map(ask)),
          texts.map((text) => text.toUpperCase()),
        );
        yield* python[Symbol.asyncDispose]();
      }),
    );
  });

  test("curl, over TLS, with a body of two megabytes", async (t) => {
    if (!has(t, "curl", "--version")) return;
    const body = "x".repeat(2_000_000);
    const answer = coroutine(function* (reader: StreamReader, writer: StreamWriter) {
      const head = String(yield* reader.readUntil("\r\n\r\n"));
      assert.match(head, /^GET \/big HTTP\/1\.1\r\n/);
      writer.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`);
      writer.write(body);
      yield* writer.drain();
    });
    const counting = function* (server: Server) {
      const { stdout } = yield* runProcess("curl", "-sk", `https://127.0.0.1:${server.port}/big`);
      assert.equal(stdout?.length, body.length);
    };
    await serving(answer, counting, { tls: certificate });
  });

  test("openssl s_client", async (t) => {
    if (!has(t, "openssl", "version")) return;
    const asking = function* (server: Server) {
      const at = `127.0.0.1:${server.port}`;
      const client = yield* createSubprocessExec("openssl", "s_client", "-quiet", "-connect", at, {
        stdin: "pipe",
        stdout: "pipe",
        stderr: "ignore",
      });
      client.stdin?.write("hello\n");
      assert.equal(String(yield* client.stdout!.readLine()), "hello\n");
      yield* client[Symbol.asyncDispose]();
    };
    await serving(echo, asking, { tls: certificate });
  });

  test("redis-benchmark and redis-cli, served by a few lines of RESP", async (t) => {
    if (!has(t, "redis-benchmark", "--version") || !has(t, "redis-cli", "--version")) return;
    const respond = coroutine(function* (reader: StreamReader, writer: StreamWriter) {
      for (let head = yield* reader.readLine(); head.length > 0; head = yield* reader.readLine()) {
        const words: string[] = [];
        for (let left = Number(String(head).slice(1)); left > 0; left--) {
          const length = Number(String(yield* reader.readLine()).slice(1));
          words.push(String(yield* reader.readExactly(length + 2)).slice(0, -2));
        }
        const [name = "", text = ""] = words;
        const answers: Record<string, string> = { PING: "+PONG", ECHO: `$${Buffer.byteLength(text)}\r\n${text}` };
        writer.write(`${answers[name.toUpperCase()] ?? `-ERR unknown command '${name}'`}\r\n`);
        yield* writer.drain();
      }
    });
    await serving(respond, function* ({ port }) {
      const { stdout } = yield* runProcess("redis-cli", "-p", String(port), "ECHO", "grüße");
      assert.equal(String(stdout), "grüße\n");
      // 50 connections, each of which sends 16 commands at a time.
      const plan = ["-p", port, "-t", "ping_mbulk", "-c", 50, "-P", 16, "-n", 20_000, "--csv"].map(String);
      const { stdout: table } = yield* runProcess("redis-benchmark", ...plan, { stderr: "ignore" });
      assert.match(String(table), /^"PING_MBULK","\d+\.\d+"/m);
    });
  });

  for (const [program, version, ...plan] of [
    ["wrk", "-v", "-t1", "-c20", "-d1s"],
    ["ab", "-V", "-q", "-k", "-c20", "-n2000"],
  ] as const) {
    test(`${program}: the handlers of a node:http server are tasks, and all requests are answered`, async (t) => {
      // wrk tells its version with the status 1.
      if (spawnSync(program, [version]).error) {
        t.skip(`${program} is not installed`);
        return;
      }
      let answered = 0;
      const answer = coroutine(function* (_request: IncomingMessage, response: ServerResponse) {
        yield* sleep(1);
        answered++;
        response.end("hello\n");
      });
      await run(
        coroutine(function* () {
          const server = createServer((request, response) => void createTask(answer(request, response)));
          yield* until(new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready)));
          const { port } = server.address() as AddressInfo;
          const { stdout } = yield* runProcess(program, ...plan, `http://127.0.0.1:${port}/`);
          yield* until(new Promise((over) => server.close(over).closeAllConnections()));
          const said = String(stdout);
          const count = /(\d+) requests in|Complete requests: +(\d+)/.exec(said);
          const requests = Number(count?.[1] ?? count?.[2]);
          assert.doesNotMatch(said, /Socket errors|Non-2xx|Failed requests: +[1-9]/);
          // wrk leaves when its time is up: up to one request of each connection is under way then.
          assert.ok(requests > 0 && answered >= requests && answered <= requests + 20, `${answered} answered, ${said}`);
        }),
      );
    });
  }
});
