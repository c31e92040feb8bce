/** Names to addresses. */
import { lookup } from "node:dns";
import { Calling } from "../kernel/calling.js";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { unfit } from "../kernel/unfit.js";
import { checkPort } from "./checkPort.js";

const site = librarySite("getaddrinfo");

/** An address of a name. */
export interface AddressInfo {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
}

/**
 * The addresses of a name, as the system resolves it, in its order (source: `loop.getaddrinfo`).
 *
 * @throws an error with the code `ENOTFOUND`, `EAI_AGAIN`, …
 * @example
 * ```ts
 * const [first] = await getaddrinfo("localhost", 80);
 * ```
 */
export function getaddrinfo(
  host: string,
  port: number,
  { family = 0 }: { readonly family?: 0 | 4 | 6 } = {},
): Coroutine<AddressInfo[]> {
  if (typeof host !== "string") throw unfit("a host is a name or an address", host);
  checkPort(port);
  const resolve = (): Promise<AddressInfo[]> =>
    new Promise((resolved, rejected) => {
      lookup(host, { family, all: true, verbatim: true }, (error, found) => {
        if (error) rejected(error);
        else resolved(found.map((one) => ({ family: one.family as 4 | 6, address: one.address, port })));
      });
    });
  return noteCreated(new Calling<AddressInfo[]>(site, resolve), getaddrinfo);
}
