/** A plain site for the clients of this folder: a text that comes drop by drop, and never ends. It knows who has left. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Queue } from "tsyncio";

export interface Site extends AsyncDisposable {
  readonly url: string;
  /** What those were reading who have left before its end. */
  readonly left: Queue<string>;
}

export async function startSite(): Promise<Site> {
  const left = new Queue<string>();
  const server = createServer((request, response) => {
    if (request.url === "/drops") drip(response);
    else setTimeout(() => response.end(`you are at ${request.url}`), 5);
    response.on("close", () => {
      if (!response.writableFinished) left.putNowait(`the reader of ${request.url} has left`);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    left,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function drip(response: ServerResponse): void {
  response.write("drip");
  const timer = setInterval(() => response.write(" drip"), 10);
  response.on("close", () => clearInterval(timer));
}
