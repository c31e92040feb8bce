import { alone, Cases, inAsync, inGenerator } from "../support/cases.js";

new Cases("no-await-twice")
  .bad("twice in a row", inAsync, "const c = load(id); await c; await c;", [
    "twice",
    "const c = createTask(load(id)); await c; await c;",
  ])
  .bad("in a generator", inGenerator, "const c = price(id); yield* c; yield* c;", [
    "twice",
    "const c = createTask(price(id)); yield* c; yield* c;",
  ])
  .bad("in a choice, and then again", inAsync, "const c = load(id); if (id) await c; use(await c);", [
    "twice",
    "const c = createTask(load(id)); if (id) await c; use(await c);",
  ])
  .bad("in a loop", inAsync, "const c = load(id); for (const it of ids) use(it, await c);", [
    "loop",
    "const c = createTask(load(id)); for (const it of ids) use(it, await c);",
  ])
  .bad("tried again", inAsync, "const c = load(id); for (;;) { try { return await c; } catch { use(id); } }", [
    "loop",
    "const c = createTask(load(id)); for (;;) { try { return await c; } catch { use(id); } }",
  ])
  .bad("by a gather and by await", inAsync, "const c = load(id); await gather(c, price(id)); await c;", [
    "twice",
    "const c = createTask(load(id)); await gather(c, price(id)); await c;",
  ])
  .bad("as a task and again", inAsync, "const c = price(id); createTask(c); return c;", [
    "twice",
    "const c = createTask(price(id)); createTask(c); return c;",
  ])
  .bad("a parameter", inAsync, "async function f(c: ReturnType<typeof price>) { await c; await c; } use(f);", ["twice"])
  .bad(
    "in each iteration of a while",
    inAsync,
    "const c = load(id); while (id) { if (ids.length) continue; await c; }",
    ["loop", "const c = createTask(load(id)); while (id) { if (ids.length) continue; await c; }"],
  )
  .good("once", inAsync, "const c = load(id); await c;")
  .good("on one path or the other", inAsync, "const c = load(id); if (id) await c; else use(await c);")
  .good("on a path that ends", inAsync, "const c = load(id); if (id) { await c; return; } await c;")
  .good(
    "in different cases",
    inAsync,
    "const c = load(id); switch (id) { case 'a': await c; break; default: await c; }",
  )
  .good("twice in one call, for which it is one", inAsync, "const c = price(id); use(await gather(c, c));")
  .good("made in the loop", inAsync, "for (const it of ids) { const c = load(it); await c; }")
  .good("a loop that ends", inAsync, "const c = load(id); for (const it of ids) { use(it); await c; break; }")
  .good("another one in the same variable", inAsync, "let c = price(id); await c; c = price(id); await c;")
  .good(
    "tasks and gathers",
    inAsync,
    "const t = createTask(load(id)); await t; await t; const g = gather(load(id)); await g; await g;",
  )
  .good("promises", inAsync, "const p = fetchNow(id); await p; await p;")
  .good("what may be a task", inAsync, "const c = id ? task : sleep(1); await c; await c;")
  .good("the elements of a list", inAsync, "for (const c of [price(id), price(id)]) await c;")
  .run("typed");

new Cases("no-await-twice")
  .bad(
    "functions of the file",
    alone,
    'import { createTask } from "tsyncio";\nasync function f() {}\nasync function g() { const c = f(); await c; await c; }',
    [
      "twice",
      'import { createTask } from "tsyncio";\nasync function f() {}\nasync function g() { const c = createTask(f()); await c; await c; }',
    ],
  )
  .good("unknown functions", alone, "async function g() { const c = f(); await c; await c; }")
  .run("untyped");
