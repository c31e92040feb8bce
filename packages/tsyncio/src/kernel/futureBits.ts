/** The bits of `Future.flags`. The lowest two are the state, which leaves `PENDING` once. */
export const PENDING = 0;
export const RESULT = 1;
export const EXCEPTION = 2;
export const CANCELLED = 3;
export const STATE = 3;
/** Somebody has taken the outcome, or will for certain: a failure needs no report. */
export const RETRIEVED = 4;
/** It failed while nobody awaited it. */
export const WATCHED_FAILURE = 8;
