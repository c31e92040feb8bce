/** What `console.log` shows of connections, servers and processes: their state, and nothing of what they are made of. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { createDatagramEndpoint, startServer } from "tsyncio/net";
import { createSubprocessExec } from "tsyncio/subprocess";
import { inRun } from "../support/inRun.js";
import { withPair } from "../support/peers.js";

/** On one line, with the numbers that the system has picked as N. */
const shown = (value: unknown): string =>
  inspect(value, { breakLength: Number.POSITIVE_INFINITY }).replace(/\b\d{3,}\b(?!\.)/g, "N");

describe("console.log shows", () => {
  test("a reader with what is to be read, a writer with what is under way", () =>
    withPair(function* ({ client: [reader, writer], server: [, peer] }) {
      peer.write("some text\nmore");
      yield* reader.readLine();
      assert.equal(shown(reader), "StreamReader { toBeRead: 4, atEof: false }");
      assert.equal(shown(writer), "StreamWriter { underWay: 0, isClosing: false }");
      peer.close();
      yield* reader.read();
      assert.equal(shown(reader), "StreamReader { toBeRead: 0, atEof: true }");
      reader.setException(new Error("gone"));
      assert.equal(shown(reader), "StreamReader { toBeRead: 0, atEof: true, exception: 'Error: gone' }");
    }));

  test(
    "a server with its sockets, a datagram endpoint with its address, a process with its command",
    inRun(function* () {
      const server = yield* startServer(() => {}, ["127.0.0.1", "127.0.0.2"]);
      assert.equal(shown(server), "Server { sockets: [ '127.0.0.1:N', '127.0.0.2:N' ], clients: 0, isServing: true }");
      server.close();
      assert.equal(shown(server), "Server { sockets: [], clients: 0, isServing: false }");
      const endpoint = yield* createDatagramEndpoint({ localAddr: ["127.0.0.1", 0] });
      assert.equal(shown(endpoint), "DatagramEndpoint { address: [ '127.0.0.1', N ], toBeReceived: 0, dropped: 0 }");
      yield* endpoint[Symbol.asyncDispose]();
      assert.equal(shown(endpoint), "DatagramEndpoint { address: null, toBeReceived: 0, dropped: 0 }");
      const child = yield* createSubprocessExec(process.execPath, "--version", { stdout: "ignore" });
      yield* child.wait();
      assert.equal(
        shown(child).replace(/pid: \w+/, "pid: N"),
        `Process { pid: N, command: '${process.execPath}', returnCode: 0 }`,
      );
    }),
  );
});
