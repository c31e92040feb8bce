/** The bits of `Coroutine.flags`; the state machine stands in `coroutine.ts`. */

export const TAKEN = 1;
export const BEGUN = 2;
export const ENDED = 4;
/** Watched for never being awaited; see `neverAwaited.ts`. */
export const WATCHED = 8;
/** The generator is not made yet: `generator` holds a `Call`. */
export const DEFERRED = 16;
/** The generator is one of the language's, and not an object of that shape. */
export const GENERATOR = 32;
