/** A server and a client on the loopback, connected. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Coroutine, coroutine, Future, run } from "tsyncio";
import { type Connection, openConnection, type ServerOptions, type StreamWriter, startServer } from "tsyncio/net";

const LOOPBACK = "127.0.0.1";

/** A certificate for `localhost`, 127.0.0.1 and `tsyncio.test`, which signs itself. */
export const certificate: { readonly cert: string; readonly key: string } = {
  cert: pem("cert"),
  key: pem("key"),
};

function pem(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../test/net/fixtures/${name}.pem`, import.meta.url)), "utf8");
}

/** Both ends of a connection; the server's handler waits until its writer is closed. */
export interface Pair {
  readonly client: Connection;
  readonly server: Connection;
}

/** Runs a body with both ends of a connection, and closes them and the server afterwards. */
export function withPair(
  body: (pair: Pair) => Generator<unknown, void, any>,
  options: ServerOptions = {},
): Promise<void> {
  return run(main(body, options));
}

const main = coroutine(function* (body: (pair: Pair) => Generator<unknown, void, any>, options: ServerOptions) {
  const accepted = new Future<Connection>();
  const over = new Future<void>();
  const handler = coroutine(function* (...ends: Connection) {
    accepted.setResult(ends);
    yield* over;
  });
  const server = yield* startServer(handler, LOOPBACK, 0, options);
  const tls = options.tls ? { tls: { ca: certificate.cert } } : {};
  const client = yield* openConnection(LOOPBACK, server.port, tls);
  try {
    yield* coroutine(body)({ client, server: yield* accepted });
  } finally {
    over.setResult();
    client[1].abort();
    server.close();
    server.abortClients();
    yield* server.waitClosed();
    yield* closed(client[1]);
  }
});

/** Waits for the end of a stream, whatever it ended with. */
export const closed: (writer: StreamWriter) => Coroutine<void> = coroutine(function* (writer: StreamWriter) {
  try {
    yield* writer.waitClosed();
  } catch {
    // What it was lost by is the business of a test of its own.
  }
});
