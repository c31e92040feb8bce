/** `whileConnected` on connections that are used several times, by HTTP/1 and HTTP/2, and on such as are full. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect as connectHttp2, constants, createServer as createHttp2, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { coroutine, Event, Future, getRunningLoop, Queue, run, sleep, until } from "tsyncio";
import { whileConnected } from "tsyncio/http";
import { RawClient, withHttp } from "../support/httpPeers.js";
import { collectReports } from "../support/reports.js";

const never = (): Future<never> => new Future<never>();

describe("Connections that are used again", () => {
  test("keep-alive: each request is served, and no listener stays", async () => {
    const counts: number[][] = [];
    const responses: ServerResponse[] = [];
    const body = coroutine(function* (response: ServerResponse) {
      yield* sleep(0);
      response.end(`answer ${responses.push(response)}.\n`);
    });
    await withHttp(
      (_request, response) => void whileConnected(response, () => body(response)),
      function* (port) {
        const client = new RawClient(port);
        for (let n = 1; n <= 20; n++) {
          yield* until(client.get(`/${n}`).got(`answer ${n}.`));
          const { socket } = responses[n - 1]!.req;
          counts.push([socket.listenerCount("close"), responses[n - 1]!.listenerCount("close")]);
        }
        client.leave();
      },
    );
    assert.equal(new Set(counts.map(([socket]) => socket)).size, 1);
    const plain = await plainResponseListeners();
    assert.deepEqual(
      counts.map(([, response]) => response),
      Array(20).fill(plain),
    );
  });

  test("keep-alive: the client that leaves at its third request cancels that one", async () => {
    const log: string[] = [];
    const third = new Event();
    const ended = new Event();
    const body = coroutine(function* (request: IncomingMessage, response: ServerResponse) {
      try {
        if (request.url === "/3") {
          third.set();
          yield* never();
        }
        response.end("ok.\n");
        log.push(`${request.url} answered`);
      } finally {
        if (request.url === "/3") ended.set();
        log.push(`${request.url} ended`);
      }
    });
    await withHttp(
      (request, response) => void whileConnected(response, () => body(request, response)),
      function* (port) {
        const client = new RawClient(port);
        yield* until(client.get("/1").got("ok.", 1));
        yield* until(client.get("/2").got("ok.", 2));
        client.get("/3");
        yield* third.wait();
        client.leave();
        yield* ended.wait();
      },
    );
    assert.deepEqual(log, ["/1 answered", "/1 ended", "/2 answered", "/2 ended", "/3 ended"]);
  });

  test("pipelining: answers come in the order of the requests, whichever is ready first", async () => {
    const second = new Event();
    const body = coroutine(function* (request: IncomingMessage, response: ServerResponse) {
      if (request.url === "/1") yield* second.wait();
      response.end(`this is ${request.url}.`);
      second.set();
    });
    await withHttp(
      (request, response) => void whileConnected(response, () => body(request, response)),
      function* (port) {
        const client = new RawClient(port).get("/1").get("/2");
        yield* until(client.got("this is", 2));
        assert.deepEqual(client.text.match(/this is ..\./g), ["this is /1.", "this is /2."]);
        client.leave();
      },
    );
  });

  test("pipelining: those that wait behind another are cancelled too, however many, and no emitter complains", async (t) => {
    const warnings: string[] = [];
    const warned = (warning: Error): unknown => warnings.push(warning.message);
    process.on("warning", warned);
    t.after(() => process.off("warning", warned));
    const log: string[] = [];
    const begun = new Event();
    const ended = new Event();
    const body = coroutine(function* (request: IncomingMessage) {
      try {
        request.resume();
        yield* until(once(request, "close"));
        if (request.url === "/30") begun.set();
        yield* never();
      } finally {
        if (log.push(request.url ?? "") === 30) ended.set();
      }
    });
    await withHttp(
      (request, response) => void whileConnected(response, () => body(request)),
      function* (port) {
        const client = new RawClient(port);
        for (let n = 1; n <= 30; n++) client.get(`/${n}`);
        yield* begun.wait();
        client.leave();
        yield* ended.wait();
      },
    );
    assert.equal(log.length, 30);
    assert.deepEqual(warnings, []);
  });
});

describe("HTTP/2", () => {
  test("a stream that is reset cancels its body alone, and one that has its answer does not", async () => {
    const log = new Queue<string>();
    const begun = new Event();
    const body = coroutine(function* (path: string, response: Http2ServerResponse) {
      try {
        if (path === "/quick") response.end("quick");
        else {
          begun.set();
          yield* never();
        }
        yield* until(once(response, "close"));
        log.putNowait(`${path} went on`);
      } finally {
        log.putNowait(`${path} ended`);
      }
    });
    await run(
      coroutine(function* () {
        const server = createHttp2(
          (request, response) => void whileConnected(response, () => body(request.url, response)),
        );
        yield* until(once(server.listen(0, "127.0.0.1"), "listening"));
        const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const slow = session.request({ ":path": "/slow" });
        yield* begun.wait();
        session.request({ ":path": "/quick" }).resume();
        assert.deepEqual([yield* log.get(), yield* log.get()], ["/quick went on", "/quick ended"]);
        slow.close(constants.NGHTTP2_CANCEL);
        assert.equal(yield* log.get(), "/slow ended");
        session.close();
        server.close();
      }),
    );
  });

  test("a body that fails after it has begun to answer resets its stream", async () => {
    const body = coroutine(function* (response: Http2ServerResponse) {
      response.write("half");
      yield* sleep(1);
      throw new Error("broken");
    });
    await run(
      coroutine(function* () {
        const reports = collectReports();
        const server = createHttp2((_request, response) => void whileConnected(response, () => body(response)));
        yield* until(once(server.listen(0, "127.0.0.1"), "listening"));
        const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const request = session.request({ ":path": "/" });
        const ended: string[] = [];
        request.on("error", (error) => ended.push(error.message)).on("end", () => ended.push("end"));
        request.resume();
        yield* until(new Promise((resolve) => request.on("close", resolve)));
        assert.deepEqual([ended, reports.length], [["Stream closed with error code NGHTTP2_INTERNAL_ERROR"], 1]);
        session.close();
        server.close();
      }),
    );
  });
});

describe("A response that is written bit by bit", () => {
  test("a client that does not read stops the body that waits for `drain`, and its leaving cancels it", async () => {
    let written = 0;
    const full = new Event();
    const ended = new Event();
    const body = coroutine(function* (response: ServerResponse) {
      const bytes = Buffer.alloc(1 << 16);
      try {
        for (;;) {
          written += bytes.length;
          if (response.write(bytes)) continue;
          const drained = until((signal) => once(response, "drain", { signal }));
          getRunningLoop().callLater(100, () => full.set());
          yield* drained;
        }
      } finally {
        ended.set();
      }
    });
    await withHttp(
      (_request, response) => void whileConnected(response, () => body(response)),
      function* (port) {
        const client = new RawClient(port).get("/");
        client.socket.pause();
        yield* full.wait();
        const before = written;
        assert.ok(before < 64 << 20, `${before} bytes`);
        client.leave();
        yield* ended.wait();
      },
    );
  });
});

/** How many listeners to "close" a response has of itself. */
async function plainResponseListeners(): Promise<number> {
  let count = 0;
  await withHttp(
    (_request, response) =>
      response.end("x", () => {
        count = response.listenerCount("close");
      }),
    function* (port) {
      const client = new RawClient(port).get("/");
      yield* until(client.got("x"));
      yield* sleep(1);
      client.leave();
    },
  );
  return count;
}
