/**
 * What lowered code calls. `@tsyncio/compiler` turns `async` functions into generator functions and `await` into `yield`; these
 * helpers make coroutines of them. Programs do not call them by hand.
 *
 * @module
 */
export { aw, awaited } from "../kernel/raised.js";
export { asyncGenerator, delegate, yielded } from "./asyncGenerator.js";
export { co, coLazy, primed, site } from "./coroutines.js";
export { forAwait } from "./forAwait.js";
export { resources } from "./resources.js";
