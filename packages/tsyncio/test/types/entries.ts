/** Every entry that runs anywhere: its declarations are read whole. */
export * as main from "tsyncio";
export * as interop from "tsyncio/interop";
export * as patterns from "tsyncio/patterns";
export * as syntax from "tsyncio/syntax";
export * as testing from "tsyncio/testing";
