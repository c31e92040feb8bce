/** The documentation of the installed packages as a web site on this machine, for `linkcheck` to have something real to check. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { until } from "tsyncio";
import { fileIn, frontPage, listPackages } from "./content.ts";
import { mishapFor } from "./mishaps.ts";

export interface Site {
  readonly url: string;
  close(): void;
}

export async function startSite(): Promise<Site> {
  const packages = listPackages();
  const visits = new Map<string, number>();

  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const visit = (visits.get(path) ?? 0) + 1;
    visits.set(path, visit);

    const { status, delay } = mishapFor(path, visit);
    const timer = setTimeout(() => {
      const found = path === "/" ? frontPage(packages) : fileIn(packages, path);
      response.writeHead(status ?? (found === undefined ? 404 : 200), { "content-type": found?.type ?? "text/plain" });
      response.end(found?.body ?? "there is no such page\n");
    }, delay);
    response.on("close", () => clearTimeout(timer));
  });

  server.listen(0, "127.0.0.1");
  await until(once(server, "listening"));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
