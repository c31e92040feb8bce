/** What the driver does next with the task that it runs. */
export const RESUME = 0; // go on in the frame on top; `task.value` holds the value
export const RAISE = 1; // throw `task.value` into the frame on top
export const SUSPEND = 2; // leave the task; something will enqueue it
export const PUSHED = 3; // `task.top` is a new frame, and `task.value` undefined, with which it begins
/** Never the answer of an awaitable: `return()` to the frame on top. */
export const UNWIND = 4;

/** The answer of an awaitable. */
export type Verdict = 0 | 1 | 2 | 3;

/** What to do with the frame on top, or SUSPEND where the task has been left. */
export type Mode = Exclude<Verdict, typeof PUSHED> | typeof UNWIND;
