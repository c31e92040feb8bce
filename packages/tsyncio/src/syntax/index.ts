/**
 * What lowered code calls. `@tsyncio/compiler` turns `async` functions into generator functions and `await` into `yield`; these
 * helpers make coroutines of them. What `tsc` and Babel emit calls others, under the names that these have. Programs do not call them by
 * hand.
 *
 * @module
 */
export { now } from "../kernel/now.js";
export { aw, awaited } from "../kernel/raised.js";
export { asyncGenerator, delegate, yielded } from "./asyncGenerator.js";
export {
  asyncGeneratorDelegate,
  asyncIterator,
  asyncToGenerator,
  awaitAsyncGenerator,
  coroutine,
  setFunctionName,
  type UsingContext,
  usingCtx,
  wrapAsyncGenerator,
} from "./babel.js";
export { co, coLazy, plain, primed, site } from "./coroutines.js";
export { forAwait } from "./forAwait.js";
export { resources } from "./resources.js";
export {
  __addDisposableResource,
  __asyncDelegator,
  __asyncGenerator,
  __asyncValues,
  __await,
  __awaiter,
  __disposeResources,
  type DisposalEnvironment,
} from "./tsc.js";
