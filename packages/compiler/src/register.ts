/**
 * `node --import @tsyncio/compiler/register main.ts` runs a program whose async functions are coroutines of tsyncio; in Deno it
 * is `deno run --preload npm:@tsyncio/compiler/register main.ts`. See `register` in `loader.ts`, which does the work and says
 * what the versions of Node can do.
 */
import { register } from "./loader.js";

// In Deno `require` finds no ES module while there is a hook, but for those that are loaded already.
if ("Deno" in globalThis) {
  const [{ classSyntaxOf }] = await Promise.all([
    import("./classSyntax.js"),
    import("./compileModule.js"),
    import("tsyncio"),
    import("tsyncio/syntax"),
  ]);
  // The parser loads its visitor when that is first used.
  classSyntaxOf("accessor", "first.js");
}

register();
