import { alone, atTop, Cases, helpless, inAsync, inGenerator, inPlain } from "../support/cases.js";

new Cases("no-floating-coroutine")
  .bad("a coroutine of the library", inAsync, "sleep(1);", ["floating", "await sleep(1);", "createTask(sleep(1));"])
  .bad("an async function of another file", inAsync, "load(id);", [
    "floating",
    "await load(id);",
    "createTask(load(id));",
  ])
  .bad("an async arrow of another file", inAsync, "save(id);", ["floating", "await save(id);", "createTask(save(id));"])
  .bad("a function that gives the coroutine of another", inAsync, "reload(id);", [
    "floating",
    "await reload(id);",
    "createTask(reload(id));",
  ])
  .bad("a coroutine function made of a generator", inAsync, "price(id);", [
    "floating",
    "await price(id);",
    "createTask(price(id));",
  ])
  .bad("an async function with overloads", inAsync, "overloaded(1);", [
    "floating",
    "await overloaded(1);",
    "createTask(overloaded(1));",
  ])
  .bad("a method of a class", inAsync, "new Files().put(id);", [
    "floating",
    "await new Files().put(id);",
    "createTask(new Files().put(id));",
  ])
  .bad("a method of an interface of the project", inAsync, "store.put(id);", [
    "floating",
    "await store.put(id);",
    "createTask(store.put(id));",
  ])
  .bad("a method of the library", inAsync, "queue.put(id);", [
    "floating",
    "await queue.put(id);",
    "createTask(queue.put(id));",
  ])
  .bad("a coroutine that may be undefined", inAsync, "both(id);", [
    "floating",
    "await both(id);",
    "createTask(both(id));",
  ])
  .bad("an optional call", inAsync, "(store as Store | undefined)?.put(id);", [
    "floating",
    "await (store as Store | undefined)?.put(id);",
    "createTask((store as Store | undefined)?.put(id));",
  ])
  .bad("an async function that is called where it stands", inAsync, "(async () => { await load(id); })();", [
    "floating",
    "await (async () => { await load(id); })();",
    "createTask((async () => { await load(id); })());",
  ])
  .bad("with ! and as", inAsync, "(load(id) as Promise<string>)!;", [
    "floating",
    "await load(id);",
    "createTask(load(id));",
  ])
  .bad("in a generator: a coroutine", inGenerator, "price(id);", [
    "floating",
    "yield* price(id);",
    "createTask(price(id));",
  ])
  .bad("in a generator: an async function, whose type is a promise", inGenerator, "load(id);", [
    "floating",
    "yield* until(load(id));",
    "createTask(load(id));",
  ])
  .bad("in a function that cannot await", inPlain, "load(id);", ["floating", "createTask(load(id));"])
  .bad("at the top of a module", atTop, "load(id);", ["floating", "await load(id);", "await run(load(id));"])
  .bad(
    "both sides of a choice",
    inAsync,
    "id ? load(id) : price(id);",
    ["floating", "id ? await load(id) : price(id);", "id ? createTask(load(id)) : price(id);"],
    ["floating", "id ? load(id) : await price(id);", "id ? load(id) : createTask(price(id));"],
  )
  .bad("behind &&", inAsync, "id && load(id);", ["floating", "id && await load(id);", "id && createTask(load(id));"])
  .bad("behind ||, in a generator", inGenerator, "id || price(id);", [
    "floating",
    "id || (yield* price(id));",
    "id || createTask(price(id));",
  ])
  .bad("behind ??", inAsync, "id ?? load(id);", ["floating", "id ?? await load(id);", "id ?? createTask(load(id));"])
  .bad(
    "each value of a comma",
    inAsync,
    "load(id), price(id);",
    ["floating", "await load(id), price(id);", "createTask(load(id)), price(id);"],
    ["floating", "load(id), await price(id);", "load(id), createTask(price(id));"],
  )
  .bad("the first value of a comma whose last is taken", inAsync, "use((load(id), 1));", [
    "floating",
    "use((await load(id), 1));",
    "use((createTask(load(id)), 1));",
  ])
  .bad("the head of a for statement", inAsync, "for (load(id); ; ) break;", [
    "floating",
    "for (await load(id); ; ) break;",
    "for (createTask(load(id)); ; ) break;",
  ])
  .bad("void, which runs nothing", inAsync, "void load(id);", ["voided", "await load(id);", "createTask(load(id));"])
  .bad("then, which leaves the failure to nobody", inAsync, "load(id).then(use);", [
    "chained",
    "await load(id);",
    "createTask(load(id));",
  ])
  .bad("finally on a coroutine of the library", inAsync, "sleep(1).finally(() => use(id));", [
    "chained",
    "await sleep(1);",
    "createTask(sleep(1));",
  ])
  .bad("an array of coroutines", inAsync, "[load(id), price(id)];", [
    "floatingList",
    "await gather([load(id), price(id)]);",
  ])
  .bad("an array of coroutines by its type", inAsync, "ids.map((it) => price(it)).reverse();", [
    "floatingList",
    "await gather(ids.map((it) => price(it)).reverse());",
  ])
  .bad("a constant that is never read", inAsync, "const lost = load(id);", [
    "unused",
    "const lost = await load(id);",
    "const lost = createTask(load(id));",
  ])
  .bad("a variable that is never read", inAsync, "let lost;\nlost = price(id);", [
    "unused",
    "let lost;\nlost = await price(id);",
    "let lost;\nlost = createTask(price(id));",
  ])
  .bad("a lock that is taken without await", inAsync, "using _ = queue.get();", [
    "unused",
    "using _ = await queue.get();",
  ])
  .bad("an array that is never read", inAsync, "const lost = ids.map(load);", [
    "unusedList",
    "const lost = await gather(ids.map(load));",
  ])
  .bad("a condition", inAsync, "if (load(id)) use(id);", [
    "condition",
    "if (await load(id)) use(id);",
    "if (createTask(load(id))) use(id);",
  ])
  .bad("a negation", inAsync, "while (!load(id)) use(id);", [
    "condition",
    "while (!await load(id)) use(id);",
    "while (!createTask(load(id))) use(id);",
  ])
  .bad("the left of &&", inGenerator, "const x = price(id) && 1; use(x);", [
    "condition",
    "const x = (yield* price(id)) && 1; use(x);",
    "const x = createTask(price(id)) && 1; use(x);",
  ])
  .bad(
    "a promise of the project's own function type",
    inAsync,
    "const f: (id: string) => Promise<void> = save; f(id);",
    [
      "floating",
      "const f: (id: string) => Promise<void> = save; await f(id);",
      "const f: (id: string) => Promise<void> = save; createTask(f(id));",
    ],
  )
  .bad(
    "createTask is imported for the suggestion",
    alone,
    'import { sleep } from "tsyncio";\nfunction f() {\n  sleep(1);\n}',
    ["floating", 'import { sleep, createTask } from "tsyncio";\nfunction f() {\n  createTask(sleep(1));\n}'],
  )
  .bad(
    "an import of its own, behind the others",
    alone,
    'import { load } from "./library.js";\nfunction f() {\n  load("a");\n}',
    [
      "floating",
      'import { load } from "./library.js";\nimport { createTask } from "tsyncio";\nfunction f() {\n  createTask(load("a"));\n}',
    ],
  )
  .bad(
    "an import in front of all, where there is none",
    alone,
    "async function f() {}\nfunction g() {\n  f();\n}\nexport { g };",
    [
      "floating",
      'import { createTask } from "tsyncio";\nasync function f() {}\nfunction g() {\n  createTask(f());\n}\nexport { g };',
    ],
  )
  .bad(
    "no suggestion of a name that means something else",
    alone,
    'import { sleep } from "tsyncio";\nfunction f(createTask: () => void) {\n  createTask();\n  sleep(1);\n}',
    ["floating"],
  )
  .good("awaited", inAsync, "await load(id);")
  .good("delegated to", inGenerator, "yield* price(id);")
  .good("returned", inAsync, "return load(id);")
  .good("returned by an arrow", inAsync, "use(() => load(id));")
  .good(
    "passed on",
    inAsync,
    "createTask(load(id)); await gather(load(id), price(id)); use([load(id)], { a: load(id) });",
  )
  .good("kept in a variable that is read", inAsync, "const kept = load(id); await kept;")
  .good("kept in an object", inAsync, "const o: { p?: Promise<string> } = {}; o.p = load(id); use(o);")
  .good("exported", atTop, "export const kept = load(id);")
  .good("exported by name", atTop, "const kept = load(id);\nexport { kept };")
  .good("a task runs by itself", inAsync, "createTask(load(id)); void createTask(load(id)); task;")
  .good(
    "the end of a stream of events, which comes at once",
    alone,
    'import { events } from "tsyncio";\nconst stream = events(process, "exit");\nstream.return();',
  )
  .good("a gather runs by itself", inAsync, "gather(load(id), price(id));")
  .good("closed", inAsync, "load(id).then(use, use); load(id).catch(use); price(id).close();")
  .good("a function of a file that is not lowered", inAsync, "fetchNow(id); void fetchNow(id);")
  .good("a promise of the platform", inAsync, 'fetch("https://example.org"); Promise.resolve(1);')
  .good("no promise at all", inAsync, "use(id); store.size(); new Files();")
  .good("an async generator", inAsync, "lines();")
  .good("a condition on a coroutine that somebody holds", inAsync, "const c = both(id); if (c) await c;")
  .good("void, where it is allowed", inAsync, "void load(id);", { options: [{ allowVoid: true }] })
  .good("a variable, where they are not looked at", inAsync, "const lost = load(id);", {
    options: [{ checkVariables: false }],
  })
  .good("a condition, where they are not looked at", inAsync, "if (load(id)) use(id);", {
    options: [{ checkConditions: false }],
  })
  .good("an async function, where the project is not lowered", inAsync, "load(id);", {
    settings: { tsyncio: { lowered: false } },
  })
  .good("an async function of this file, which is not lowered", alone, "// @tsyncio-off\nasync function f() {}\nf();")
  .run("typed");

new Cases("no-floating-coroutine")
  .bad(
    "an async function of the file",
    alone,
    'import { createTask } from "tsyncio";\nasync function f() {}\nasync function g() {\n  f();\n}',
    [
      "floating",
      'import { createTask } from "tsyncio";\nasync function f() {}\nasync function g() {\n  await f();\n}',
      'import { createTask } from "tsyncio";\nasync function f() {}\nasync function g() {\n  createTask(f());\n}',
    ],
  )
  .bad(
    "what the library exports, also under another name",
    helpless,
    'import * as t from "tsyncio";\nimport { sleep as nap } from "tsyncio"; ||| t.sleep(1); nap(1);',
    ["floating"],
    ["floating"],
  )
  .bad("by require", helpless, 'const { sleep } = require("tsyncio"); ||| sleep(1);', ["floating"])
  .bad(
    "coroutine() products",
    helpless,
    'import { coroutine } from "tsyncio";\nconst c = coroutine(function* () {}); ||| c();',
    ["floating"],
  )
  .bad("methods of the class around", helpless, "class A { async a() {}  b() { this.a(); } }", ["floating"])
  .bad(
    "methods of what the library makes",
    helpless,
    'import { Queue } from "tsyncio";\nconst queue = new Queue(); ||| queue.put(1);',
    ["floating"],
  )
  .bad(
    "constants, arrays, void and chains",
    helpless,
    "const f = async () => {}; ||| [f()]; void f(); f().then(g); const a = f();",
    ["floatingList"],
    ["voided"],
    ["chained"],
    ["unused"],
  )
  .good("functions of other files are unknown", alone, 'import { load } from "./library.js";\nload("a");')
  .good(
    "a name of its own",
    alone,
    'import { sleep } from "elsewhere";\nfunction coroutine() {}\nsleep(1); coroutine();',
  )
  .good("a file that is not lowered", alone, "// @tsyncio-off\nasync function f() {}\nf();")
  .run("untyped");
