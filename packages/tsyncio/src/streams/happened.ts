/** Waiting for an event of an emitter that can fail instead. */
import { type EventEmitter, once } from "node:events";
import { until } from "../interop/until.js";
import type { Coroutine } from "../kernel/coroutine.js";

/**
 * The arguments of the next such event.
 *
 * @throws what an `"error"` event brings before it
 */
export function happened(emitter: EventEmitter, event: string): Coroutine<unknown[]> {
  return until((signal) => once(emitter, event, { signal }));
}
