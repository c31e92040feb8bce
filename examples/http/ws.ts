/**
 * WebSockets of ws. Messages are an async iterable, and a coroutine serves each connection, which is cancelled when that closes.
 *
 *     client: 1 2 3
 *     server: Ada has left
 *     server: Grace has left
 *
 * With `--serve` it goes on until Ctrl-C.
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Queue, run, sleep, until } from "tsyncio";
import { closeServer, whileConnected } from "tsyncio/http";
import { events } from "tsyncio/interop";
import { WebSocket, WebSocketServer } from "ws";

type Messages = AsyncIterable<[data: Buffer, isBinary: boolean]>;
const left = new Queue<string>();

/** Counts, as far as the peer says. */
async function count(socket: WebSocket, messages: Messages, name: string): Promise<void> {
  try {
    for await (const [data] of messages) {
      for (let n = 1; n <= Number(data); n++) {
        socket.send(String(n));
        await sleep("5ms");
      }
    }
  } finally {
    left.putNowait(name);
  }
}

async function ask(url: string, to: number): Promise<void> {
  const socket = new WebSocket(url);
  try {
    await until((signal) => once(socket, "open", { signal }));
    socket.send(String(to));
    const numbers: string[] = [];
    const messages: Messages = events(socket, "message", { end: "close" });
    for await (const [data] of messages) if (numbers.push(String(data)) === 3) break;
    console.log("client:", ...numbers);
  } finally {
    socket.close();
  }
}

async function main(): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket, { url }: IncomingMessage) => {
    const messages: Messages = events(socket, "message"); // listens from here on
    whileConnected(socket, () => count(socket, messages, url?.slice(1) ?? ""));
  });
  await until((signal) => once(server, "listening", { signal }));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    if (process.argv.includes("--serve")) {
      console.log(`serving on ${url}`);
      await sleep(Infinity);
    }
    await ask(`${url}/Ada`, 1000);
    console.log("server:", await left.get(), "has left");
    const idle = new WebSocket(`${url}/Grace`);
    await until((signal) => once(idle, "open", { signal }));
  } finally {
    await closeServer(server, { grace: "1s" });
  }
  console.log("server:", await left.get(), "has left");
}
await run(main());
