import { alone, Cases, inAsync, inGenerator } from "../support/cases.js";

new Cases("require-yield-star")
  .mended("a coroutine", inGenerator, "const n = yield price(id);", "untyped", "const n = yield* price(id);")
  .mended("a task", inGenerator, "yield task;", "untyped", "yield* task;")
  .mended("a gather", inGenerator, "yield gather(price(id));", "untyped", "yield* gather(price(id));")
  .mended(
    "inside of an expression",
    inGenerator,
    "use(1 + (yield price(id)));",
    "untyped",
    "use(1 + (yield* price(id)));",
  )
  .mended(
    "an async function, whose type is a promise",
    inGenerator,
    "yield load(id);",
    "promise",
    "yield* until(load(id));",
  )
  .mended(
    "a promise of the platform",
    inGenerator,
    "yield Promise.resolve(1);",
    "promise",
    "yield* until(Promise.resolve(1));",
  )
  .bad("what cannot be awaited", inGenerator, "yield 1;", ["noAwaitable"])
  .bad("nothing", inGenerator, "yield;", ["nothing"])
  .bad("what is of any type", inGenerator, "yield JSON.parse(id);", ["unknown", "yield* JSON.parse(id);"])
  .good("delegation", inGenerator, "yield* price(id); const n = yield* task; use(n);")
  .good("a generator in a coroutine, which is none itself", inGenerator, "function* g() { yield 1; } use(g());")
  .good(
    "plain generators and async generators",
    inAsync,
    "function* g() { yield 1; yield; } async function* h() { yield load(id); } use(g, h);",
  )
  .run("typed");

new Cases("require-yield-star")
  .mended(
    "a coroutine of the library",
    alone,
    'import { coroutine, sleep } from "tsyncio";\ncoroutine(function* () { yield sleep(1); });',
    "untyped",
    'import { coroutine, sleep } from "tsyncio";\ncoroutine(function* () { yield* sleep(1); });',
  )
  .bad("what is unknown", alone, 'import * as t from "tsyncio";\nt.coroutine(function* () { yield other(); });', [
    "unknown",
    'import * as t from "tsyncio";\nt.coroutine(function* () { yield* other(); });',
  ])
  .good(
    "a coroutine() of somebody else",
    alone,
    'import { coroutine } from "other";\ncoroutine(function* () { yield other(); });',
  )
  .run("untyped");
