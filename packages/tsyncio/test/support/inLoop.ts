/** The body of a test that runs as the main coroutine, on a virtual clock. */
import { coroutine } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
import { lowered } from "./forms.js";

export const inLoop: (body: () => Generator<unknown, void, any>) => () => Promise<void> = (body) => () =>
  runWithVirtualTime(coroutine(body));

/** The same with the body of an async function, as the pass emits it. */
export const inLoweredLoop: typeof inLoop = (body) => () => runWithVirtualTime(lowered("main", body)());
