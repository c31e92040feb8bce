import { alone, atTop, Cases, inAsync, inGenerator } from "../support/cases.js";

new Cases("no-bare-generator-delegation")
  .bad("a generator function of another file", inGenerator, "yield* bare(1);", ["bare"])
  .bad(
    "a generator function of the file",
    atTop,
    "function* own() { yield* sleep(1); }\ncoroutine(function* () { yield* own(); });",
    ["bare"],
  )
  .bad("a generator object", atTop, "const made = bare(1);\ncoroutine(function* () { yield* made; });", ["bare"])
  .bad("an array", inGenerator, "yield* ids;", ["noAwaitable"])
  .bad(
    "itself, which has another name outside",
    atTop,
    "const factorial = coroutine(function* f(n: number): Generator<unknown, number, any> {\n  return n < 2 ? 1 : n * (yield* f(n - 1));\n});",
    [
      "itself",
      "const factorial = coroutine(function* f(n: number): Generator<unknown, number, any> {\n  return n < 2 ? 1 : n * (yield* factorial(n - 1));\n});",
    ],
  )
  .bad(
    "itself, which has the same name outside",
    atTop,
    "const f = coroutine(function* f(n: number): Generator<unknown, number, any> {\n  return n < 2 ? 1 : n * (yield* f(n - 1));\n});",
    [
      "itself",
      "const f = coroutine(function* (n: number): Generator<unknown, number, any> {\n  return n < 2 ? 1 : n * (yield* f(n - 1));\n});",
    ],
  )
  .good(
    "coroutines, tasks and gathers",
    inGenerator,
    "yield* price(id); yield* task; yield* gather(price(id)); yield* until(load(id));",
  )
  .good("of any type", inGenerator, "yield* JSON.parse(id);")
  .good(
    "itself by the name outside",
    atTop,
    "const f = coroutine(function* (n: number): Generator<unknown, void, any> { yield* f(n - 1); });",
  )
  .good("a parameter of a generator function", atTop, "coroutine(function* f(g: typeof price) { yield* g(id); });")
  .good("in plain generators", inAsync, "function* g() { yield* bare(1); yield* ids; } use(g);")
  .run("typed");

new Cases("no-bare-generator-delegation")
  .bad(
    "a generator function of the file",
    alone,
    'import { coroutine } from "tsyncio";\nfunction* own() {}\ncoroutine(function* () { yield* own(); });',
    ["bare"],
  )
  .bad("itself", alone, 'import { coroutine } from "tsyncio";\nrun(coroutine(function* f() { yield* f(); }));', [
    "itself",
  ])
  .good(
    "what is unknown",
    alone,
    'import { coroutine } from "tsyncio";\nimport { g } from "./g.js";\ncoroutine(function* () { yield* g(); });',
  )
  .run("untyped");
