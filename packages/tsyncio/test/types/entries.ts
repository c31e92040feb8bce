/** Every entry that runs anywhere: its declarations are read whole. */
export * as main from "tsyncio";
export * as debug from "tsyncio/debug";
export * as asyncGeneratorDelegate from "tsyncio/helpers/asyncGeneratorDelegate";
export * as asyncIterator from "tsyncio/helpers/asyncIterator";
export * as asyncToGenerator from "tsyncio/helpers/asyncToGenerator";
export * as awaitAsyncGenerator from "tsyncio/helpers/awaitAsyncGenerator";
export * as setFunctionName from "tsyncio/helpers/setFunctionName";
export * as usingCtx from "tsyncio/helpers/usingCtx";
export * as wrapAsyncGenerator from "tsyncio/helpers/wrapAsyncGenerator";
export * as http from "tsyncio/http";
export * as interop from "tsyncio/interop";
export * as patterns from "tsyncio/patterns";
export * as syntax from "tsyncio/syntax";
export * as testing from "tsyncio/testing";
