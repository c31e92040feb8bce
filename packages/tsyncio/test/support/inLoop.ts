/** The body of a test that runs as the main coroutine, on a virtual clock. */
import { coroutine } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";

export const inLoop: (body: () => Generator<unknown, void, any>) => () => Promise<void> = (body) => () =>
  runWithVirtualTime(coroutine(body));
