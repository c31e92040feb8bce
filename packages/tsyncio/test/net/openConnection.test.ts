import assert from "node:assert/strict";
import { createServer, type Server as Listener } from "node:net";
import { describe, test } from "node:test";
import { type Coroutine, coroutine, createTask, ExceptionGroup, run, sleep, until } from "tsyncio";
import { getaddrinfo, openConnection, openUnixConnection } from "tsyncio/net";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";

/** A port of the loopback on which nobody listens. */
const freePort: () => Coroutine<number> = coroutine(function* () {
  const listener = createServer();
  yield* until(listening(listener));
  const { port } = listener.address() as { port: number };
  yield* until(new Promise((closed) => listener.close(closed)));
  return port;
});

function listening(listener: Listener): Promise<void> {
  return new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
}

describe("openConnection", () => {
  test(
    "an address that refuses is the platform's error, as it is",
    inRun(function* () {
      const port = yield* freePort();
      try {
        yield* openConnection("127.0.0.1", port);
        assert.fail("nothing was thrown");
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        assert.deepEqual([code, message], ["ECONNREFUSED", `connect ECONNREFUSED 127.0.0.1:${port}`]);
      }
    }),
  );

  test(
    "a name that nobody knows is ENOTFOUND or EAI_AGAIN",
    inRun(function* () {
      assert.match(String(yield* outcome(openConnection("no-such-host.invalid", 80))), /ENOTFOUND|EAI_AGAIN/);
    }),
  );

  test(
    "an attempt that is cancelled leaves no socket behind",
    inRun(function* () {
      const listener = createServer();
      yield* until(listening(listener));
      const { port } = listener.address() as { port: number };
      const task = createTask(openConnection("127.0.0.1", port));
      yield* sleep(0);
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      // Ends when every connection that was accepted has ended.
      yield* until(new Promise((closed) => listener.close(closed)));
    }),
  );

  test("a name with several addresses: one that answers is enough; if none does, one error names all, or a group has them", async () => {
    await run(
      coroutine(function* () {
        const listener = createServer((socket) => socket.end("hello"));
        yield* until(listening(listener));
        const { port } = listener.address() as { port: number };
        const both = several(["127.0.0.2", "127.0.0.1"]);
        const [reader, writer] = yield* openConnection("several.test", port, { lookup: both, happyEyeballsDelay: 10 });
        assert.equal(String(yield* reader.read()), "hello");
        writer.close();
        yield* writer.waitClosed();
        yield* until(new Promise((closed) => listener.close(closed)));
        const refused = yield* outcome(openConnection("several.test", port, { lookup: both }));
        assert.equal(
          refused,
          `Error: no address of several.test:${port} answers: connect ECONNREFUSED 127.0.0.2:${port}, connect ECONNREFUSED 127.0.0.1:${port}`,
        );
        try {
          yield* openConnection("several.test", port, { lookup: both, allErrors: true });
          assert.fail("nothing was thrown");
        } catch (error) {
          assert.ok(error instanceof ExceptionGroup);
          assert.equal(error.errors.length, 2);
        }
      }),
    );
  });

  test(
    "localAddr is where the connection comes from",
    inRun(function* () {
      const listener = createServer((socket) => socket.end(String(socket.remoteAddress)));
      yield* until(listening(listener));
      const { port } = listener.address() as { port: number };
      const [reader, writer] = yield* openConnection("127.0.0.1", port, { localAddr: ["127.0.0.9"] });
      assert.equal(String(yield* reader.read()), "127.0.0.9");
      writer.close();
      yield* writer.waitClosed();
      listener.close();
    }),
  );

  test("bad arguments are told at once", () => {
    assert.throws(() => openConnection(7 as never, 80), /a host is a name or an address, not 7/);
    assert.throws(() => openConnection("x", "80" as never), /a port is a number from 0 to 65535, not "80"/);
    assert.throws(() => openConnection("x", 80, { tls: 1 as never }), /tls is true or an object of options, not 1/);
    assert.throws(
      () => openConnection("x", 80, { tlsHandshakeTimeout: 0 }),
      /tlsHandshakeTimeout is a time above 0, not 0/,
    );
    assert.throws(() => openUnixConnection(""), /a path is text, not ""/);
  });
});

describe("getaddrinfo", () => {
  test(
    "gives the addresses of a name with their family and the port; of an unknown one an error",
    inRun(function* () {
      assert.deepEqual(yield* getaddrinfo("127.0.0.1", 80), [{ family: 4, address: "127.0.0.1", port: 80 }]);
      const found = yield* getaddrinfo("localhost", 443, { family: 4 });
      assert.deepEqual(found[0], { family: 4, address: "127.0.0.1", port: 443 });
      assert.match(String(yield* outcome(getaddrinfo("no-such-host.invalid", 80))), /ENOTFOUND|EAI_AGAIN/);
      assert.throws(() => getaddrinfo("x", "http" as never), /a port is a number from 0 to 65535, not "http"/);
      assert.throws(() => getaddrinfo(7 as never, 80), /a host is a name or an address, not 7/);
    }),
  );
});

type Lookup = NonNullable<Parameters<typeof openConnection>[2]>["lookup"];

/** A resolver that gives these addresses. */
function several(addresses: readonly string[]): Lookup {
  return (_name, _options, found) =>
    found(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
}
