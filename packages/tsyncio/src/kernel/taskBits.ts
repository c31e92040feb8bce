/** The bits of `Task.flags` above those of `Future`. Their meaning together, and the legal transitions, stand in `task.ts`. */
export const BEGUN = 16;
/** It stands in the ready queue. */
export const QUEUED = 32;
/** `sent` is an error to be thrown. */
export const RAISING = 64;
/** The next step unwinds, as far as `interruptTarget`. */
export const INTERRUPTED = 128;
/** The cancellation went on to what the task waits for, whose end it awaits. */
export const FORWARDED = 256;
/** A cancellation came while it ran: to be looked at before the next wait. */
export const RECHECK = 512;
/** The task itself, as the outermost scope, has a cancellation that has not begun to unwind. */
export const UNDELIVERED = 1024;
