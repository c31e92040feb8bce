// What `importHelpers` imports: TypeScript's own helpers, but for those that have to do with async functions.
export * from "microsoft-tslib";
export {
  __addDisposableResource,
  __asyncDelegator,
  __asyncGenerator,
  __asyncValues,
  __await,
  __awaiter,
  __disposeResources,
} from "tsyncio/syntax";
