import { alone, Cases, inAsync, inGenerator, inPlain } from "../support/cases.js";

new Cases("no-sequential-await-of-independent")
  .bad("two functions", inAsync, "const a = await load(id);\nconst b = await price(id);\nuse(a, b);", [
    "independent",
    "const [a, b] = await gather(load(id), price(id));\nuse(a, b);",
  ])
  .bad(
    "the same function with different arguments",
    inAsync,
    'const a = await load("a");\nconst b = await load("b");\nconst c = await load("c");\nuse(a, b, c);',
    ["independent", 'const [a, b, c] = await gather(load("a"), load("b"), load("c"));\nuse(a, b, c);'],
  )
  .bad("in a generator", inGenerator, "const a = yield* price(id);\nconst b = yield* price(id + id);\nuse(a, b);", [
    "independent",
    "const [a, b] = yield* gather(price(id), price(id + id));\nuse(a, b);",
  ])
  .bad("patterns", inAsync, "const { length } = await load(id);\nconst b = await price(id);\nuse(length, b);", [
    "independent",
    "const [{ length }, b] = await gather(load(id), price(id));\nuse(length, b);",
  ])
  .bad(
    "methods that look",
    inAsync,
    "const db = { async getUser(it: string) { return it; }, async getOrders(it: string) { return [it]; } };\nconst user = await db.getUser(id);\nconst orders = await db.getOrders(id);\nuse(user, orders);",
    [
      "independent",
      "const db = { async getUser(it: string) { return it; }, async getOrders(it: string) { return [it]; } };\nconst [user, orders] = await gather(db.getUser(id), db.getOrders(id));\nuse(user, orders);",
    ],
  )
  .bad("made first, as if they ran then", inAsync, "const a = load(id);\nconst b = price(id);\nawait a;\nawait b;", [
    "made",
    "const a = load(id);\nconst b = price(id);\nawait gather(a, b);",
  ])
  .bad(
    "made first, with their results",
    inAsync,
    "const a = sleep(1), b = sleep(2);\nconst x = await a;\nconst y = await b;\nuse(x, y);",
    ["made", "const a = sleep(1), b = sleep(2);\nconst [x, y] = await gather(a, b);\nuse(x, y);"],
  )
  .bad(
    "with a comment, which a suggestion would lose",
    inAsync,
    "const a = await load(id);\n// why\nconst b = await price(id);\nuse(a, b);",
    ["independent"],
  )
  .good("the second needs the first", inAsync, "const a = await load(id);\nconst b = await price(a);\nuse(b);")
  .good("something stands between", inAsync, "const a = await load(id);\nuse(a);\nconst b = await price(id);\nuse(b);")
  .good("a name that tells of a change", inAsync, "const a = await save(id);\nconst b = await load(id);\nuse(a, b);")
  .good("without a result", inAsync, "await load(id);\nawait price(id);")
  .good("the same call twice", inAsync, "const a = await load(id);\nconst b = await load(id);\nuse(a, b);")
  .good(
    "an object in common",
    inAsync,
    "async function loadA(s: Store) { return s; }\nconst a = await loadA(store);\nconst b = await loadA(store);\nuse(a, b);",
  )
  .good("what the library offers", inAsync, "const a = await queue.get();\nconst b = await queue.get();\nuse(a, b);")
  .good(
    "a function of a file that is not lowered",
    inAsync,
    "const a = await fetchNow(id);\nconst b = await fetchNow('b');\nuse(a, b);",
  )
  .good(
    "tasks, which run already",
    inAsync,
    "const a = createTask(load(id)), b = createTask(price(id));\nawait a;\nawait b;",
  )
  .good("native code", inPlain, "use(id);")
  .run("typed");

new Cases("no-sequential-await-of-independent")
  .bad(
    "functions of the file",
    alone,
    'import { gather } from "tsyncio";\nasync function f(x) {}\nasync function g() {\n  const a = await f(1);\n  const b = await f(2);\n}',
    [
      "independent",
      'import { gather } from "tsyncio";\nasync function f(x) {}\nasync function g() {\n  const [a, b] = await gather(f(1), f(2));\n}',
    ],
  )
  .good(
    "an argument in common",
    alone,
    "async function f(x) {}\nasync function g(x) {\n  const a = await f(x);\n  const b = await f(x.y);\n}",
  )
  .run("untyped");
