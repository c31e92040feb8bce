// Clients that read nothing, and a server that has much to say to them.
import { connect } from "node:net";
import { coroutine, Event, moveOnAfter } from "tsyncio";
import { startServer } from "tsyncio/net";
import { memory } from "./memory.mjs";

const PIECE = 2 ** 16;

/**
 * @returns bytes: what the server wanted to send, what the system took, what its writers held at most, all of them together, and by how much the
 * buffers of the process have grown when it stands still, those of the clients with them
 */
export const slowReaders = coroutine(function* (clients, bytesEach) {
  const before = yield* memory();
  const progress = new Event();
  const writers = new Set();
  let written = 0;
  let heldMost = 0;
  const server = yield* startServer(
    coroutine(function* (_reader, writer) {
      writers.add(writer);
      for (let sent = 0; sent < bytesEach; sent += PIECE) {
        writer.write(Buffer.alloc(PIECE));
        yield* writer.drain();
        written += PIECE;
        progress.set();
      }
    }),
    "127.0.0.1",
  );
  const silent = Array.from({ length: clients }, () => connect(server.port, "127.0.0.1").on("error", () => {}));
  // Until nothing has happened for a while.
  do {
    progress.clear();
    let held = 0;
    for (const writer of writers) held += writer.getWriteBufferSize();
    heldMost = Math.max(heldMost, held);
  } while ((yield* moveOnAfter("200ms", () => progress.wait())) !== undefined);
  const { buffers } = yield* memory();
  for (const socket of silent) socket.destroy();
  server.close();
  server.abortClients();
  yield* server.waitClosed();
  return { wanted: clients * bytesEach, written, heldMost, buffers: buffers - before.buffers };
});
