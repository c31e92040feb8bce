/** The body of a test that runs as the main coroutine, on the platform's clock: for what waits for sockets, processes and files. */
import { coroutine, run } from "tsyncio";

export const inRun: (body: () => Generator<unknown, void, any>) => () => Promise<void> = (body) => () =>
  run(coroutine(body));
