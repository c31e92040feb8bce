/** A server of `node:http` for one test, and a client that is nothing but a socket. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { coroutine, run, until } from "tsyncio";

/** Runs a body beside a server, which is cut off afterwards. */
export function withHttp(
  listener: RequestListener,
  body: (port: number, server: Server) => Generator<unknown, void, any>,
): Promise<void> {
  return run(
    coroutine(function* () {
      const server = createServer(listener).listen(0, "127.0.0.1");
      yield* until(once(server, "listening"));
      try {
        yield* coroutine(body)((server.address() as AddressInfo).port, server);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    }),
  );
}

/** A client that says what it is told to, and keeps what it gets. */
export class RawClient {
  readonly socket: Socket;
  text = "";

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk) => {
      this.text += chunk;
    });
  }

  get(path: string): this {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    return this;
  }

  /** Until the text has come, `times` times. */
  async got(text: string, times = 1): Promise<void> {
    while (this.text.split(text).length <= times) await once(this.socket, "data");
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, "close");
  }

  leave(): void {
    this.socket.destroy();
  }
}
