/** The bits of `Coroutine.flags`; the state machine stands in `coroutine.ts`. */

export const TAKEN = 1;
export const ENDED = 2;
/** Watched for never being awaited; see `neverAwaited.ts`. */
export const WATCHED = 4;
/** The generator is one of the language's, and not an object of that shape. */
export const GENERATOR = 8;
/** It never waits: see `plainCoroutine.ts`. */
export const PLAIN = 16;
/** It need not wait, perhaps: `now` asks it. See `Wait`. */
export const PROMPT = 32;
