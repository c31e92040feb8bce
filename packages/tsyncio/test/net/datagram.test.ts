import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { coroutine, createTask, Future, run, sleep } from "tsyncio";
import { createDatagramEndpoint } from "tsyncio/net";
import { forAwaitLoop } from "../support/forAwaitLoop.js";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";

const LOCAL = ["127.0.0.1", 0] as const;

describe("createDatagramEndpoint", () => {
  test(
    "an endpoint that is not connected sends to whom it is told, and receives from all, empty datagrams too",
    inRun(function* () {
      const server = yield* createDatagramEndpoint({ localAddr: LOCAL });
      const client = yield* createDatagramEndpoint({ localAddr: LOCAL });
      yield* client.send("hello", server.address());
      yield* client.send("", server.address());
      const { data, address } = yield* server.receive();
      assert.deepEqual([String(data), address], ["hello", client.address()]);
      assert.equal((yield* server.receive()).data.length, 0);
      yield* server.send(new Uint8Array([1, 2]), address);
      assert.deepEqual([...(yield* client.receive()).data], [1, 2]);
      for (const endpoint of [server, client]) yield* endpoint[Symbol.asyncDispose]();
    }),
  );

  test(
    "a connected endpoint needs no address, hears its peer alone, and iterates until it is closed",
    inRun(function* () {
      const server = yield* createDatagramEndpoint({ localAddr: LOCAL });
      const stranger = yield* createDatagramEndpoint({ localAddr: LOCAL });
      const client = yield* createDatagramEndpoint({ remoteAddr: server.address() });
      yield* client.send("a");
      const { address } = yield* server.receive();
      yield* stranger.send("not heard", address);
      for (const text of ["b", "c"]) yield* server.send(text, address);
      const heard: string[] = [];
      yield* forAwaitLoop(client, function* (datagram) {
        heard.push(String((datagram as { data: Buffer }).data));
        if (heard.length === 2) client.close();
      });
      assert.deepEqual(heard, ["b", "c"]);
      for (const endpoint of [server, stranger, client]) yield* endpoint[Symbol.asyncDispose]();
    }),
  );

  test(
    "an error that comes back goes to errorReceived, and the endpoint lives on",
    inRun(function* () {
      const gone = yield* createDatagramEndpoint({ localAddr: LOCAL });
      const address = gone.address();
      yield* gone[Symbol.asyncDispose]();
      const told = new Future<Error>();
      const errorReceived = (error: Error): void => {
        if (!told.done()) told.setResult(error);
      };
      const client = yield* createDatagramEndpoint({ remoteAddr: address, errorReceived });
      yield* client.send("is anybody there?");
      assert.equal(((yield* told) as NodeJS.ErrnoException).code, "ECONNREFUSED");
      const back = yield* createDatagramEndpoint({ localAddr: address });
      yield* client.send("again");
      assert.equal(String((yield* back.receive()).data), "again");
      for (const endpoint of [back, client]) yield* endpoint[Symbol.asyncDispose]();
    }),
  );

  test(
    "where nobody receives, the oldest are pushed out, and counted",
    inRun(function* () {
      const server = yield* createDatagramEndpoint({ localAddr: LOCAL, capacity: 2 });
      const client = yield* createDatagramEndpoint({ remoteAddr: server.address() });
      const three = new Future<void>();
      let count = 0;
      server.socket.on("message", () => ++count === 3 && three.setResult());
      for (const text of ["1", "2", "3"]) yield* client.send(text);
      yield* three;
      assert.deepEqual([server.dropped, String((yield* server.receive()).data)], [1, "2"]);
      for (const endpoint of [server, client]) yield* endpoint[Symbol.asyncDispose]();
    }),
  );

  test(
    "a receive that is cancelled in the iteration in which a datagram came leaves it to the next; one on a closed endpoint throws",
    inRun(function* () {
      const server = yield* createDatagramEndpoint({ localAddr: LOCAL });
      const client = yield* createDatagramEndpoint({ remoteAddr: server.address() });
      const waiting = createTask(server.receive());
      yield* sleep(0);
      server.socket.prependOnceListener("message", () => setImmediate(() => {}));
      server.socket.once("message", () => waiting.cancel());
      yield* client.send("kept");
      assert.equal(yield* outcome(waiting), "cancelled");
      assert.equal(String((yield* server.receive()).data), "kept");
      const last = createTask(outcome(server.receive()));
      yield* sleep(0);
      server.close();
      const told = [yield* last, yield* outcome(client.send("x")), yield* outcome(server.receive())];
      assert.match(told.join(), /^ClosedResourceError.*ClosedResourceError/);
      yield* client[Symbol.asyncDispose]();
    }),
  );

  test("bad arguments are told at once", async () => {
    const wrong = (options: unknown): unknown => createDatagramEndpoint(options as never);
    assert.throws(() => wrong(undefined), /takes options, such as \{ localAddr: \[host, port\] \}, not undefined/);
    assert.throws(() => wrong({ localAddr: "127.0.0.1:80" }), /localAddr is \[host, port\], not "127\.0\.0\.1:80"/);
    assert.throws(() => wrong({ remoteAddr: ["::1"] }), /a port is a number from 0 to 65535, not undefined/);
    assert.throws(() => createDatagramEndpoint({ capacity: 0 }), /capacity is a whole number from 1, not 0/);
    assert.throws(() => createDatagramEndpoint({ errorReceived: 7 as never }), /errorReceived is a function, not 7/);
    await run(
      coroutine(function* () {
        const one = yield* createDatagramEndpoint({ localAddr: LOCAL });
        assert.throws(() => one.send("x"), /send needs an address: \[host, port\]/);
        assert.throws(() => one.send(7 as never, one.address()), /send takes bytes or text, not 7/);
        const two = yield* createDatagramEndpoint({ remoteAddr: one.address() });
        assert.throws(() => two.send("x", one.address()), /a connected endpoint sends to its peer alone/);
        for (const endpoint of [one, two]) yield* endpoint[Symbol.asyncDispose]();
      }),
    );
  });
});
