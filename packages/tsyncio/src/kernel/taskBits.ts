/** The bits of `Task.flags` above those of `Future`. Their meaning together, and the legal transitions, stand in `coreTask.ts`. */
export const BEGUN = 16;
/** It stands in the ready queue. */
export const QUEUED = 32;
/** `value` is an error to be thrown. */
export const RAISING = 64;
/** The cancellation went on to what the task waits for, whose end it awaits. */
export const FORWARDED = 128;
/** A cancellation came: to be looked at by the next step, and before the next wait. */
export const RECHECK = 256;
/** Woken, and has yet to take what it waited for: the waitable is asked when the step begins. */
export const CLAIMING = 512;
