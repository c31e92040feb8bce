import { alone, Cases, helpless, inAsync, inPlain } from "../support/cases.js";

new Cases("no-async-callback-dropped")
  .bad("setTimeout, an async arrow", inAsync, "setTimeout(async () => { await load(id); }, 5);", [
    "dropped",
    "setTimeout(() => createTask((async () => { await load(id); })()), 5);",
  ])
  .bad("setTimeout, an async arrow of one expression", inAsync, "setTimeout(async () => await load(id));", [
    "dropped",
    "setTimeout(() => createTask((async () => await load(id))()));",
  ])
  .bad("setTimeout, a function by its name", inPlain, "setTimeout(main2, 5); async function main2() {}", [
    "dropped",
    "setTimeout(() => createTask(main2()), 5); async function main2() {}",
  ])
  .bad("setInterval, an arrow that returns a coroutine", inAsync, "setInterval(() => price(id), 5);", [
    "dropped",
    "setInterval(() => createTask(price(id)), 5);",
  ])
  .bad(
    "setImmediate, queueMicrotask, a function that cannot be wrapped",
    inAsync,
    "queueMicrotask(async function () {}); setImmediate(async function () {});",
    ["dropped"],
    ["dropped"],
  )
  .bad("forEach, an async arrow", inAsync, "ids.forEach(async (it) => { await load(it); });", [
    "dropped",
    "ids.forEach((it) => createTask((async () => { await load(it); })()));",
    "await gather(ids.map(async (it) => { await load(it); }));",
  ])
  .bad("forEach, a function by its name", inPlain, "ids.forEach(load);", [
    "dropped",
    "ids.forEach((id) => createTask(load(id)));",
  ])
  .bad("forEach of a Set", inAsync, "new Set(ids).forEach(it => load(it));", [
    "dropped",
    "new Set(ids).forEach((it) => createTask(load(it)));",
  ])
  .bad("an emitter", inAsync, 'process.on("SIGTERM", async (signal) => { await load(signal); });', [
    "dropped",
    'process.on("SIGTERM", (signal) => createTask((async () => { await load(signal); })()));',
  ])
  .bad("an event target", inAsync, 'new EventTarget().addEventListener("a", async () => { await load(id); });', [
    "dropped",
    'new EventTarget().addEventListener("a", () => createTask((async () => { await load(id); })()));',
  ])
  .bad(
    "whoever wants nothing back, by its type",
    inAsync,
    "function each(f: (id: string) => void) { f(id); } each(save);",
    ["dropped", "function each(f: (id: string) => void) { f(id); } each((id) => createTask(save(id)));"],
  )
  .bad("the callbacks of tasks and of the loop", inAsync, "task.addDoneCallback(async () => {});", [
    "dropped",
    "task.addDoneCallback(() => createTask((async () => {})()));",
  ])
  .bad("new Promise", inAsync, "await new Promise(async (resolve) => { resolve(await load(id)); });", ["executor"])
  .bad(
    "those who take the result for a value",
    inAsync,
    "use(ids.filter(async (it) => it === (await load(it)))); ids.sort(async () => 1 as never); use(ids.some(load));",
    ["misread"],
    ["misread"],
    ["misread"],
  )
  .bad("map, whose result is dropped", inAsync, "ids.map(async (it) => { await load(it); });", [
    "listed",
    "await gather(ids.map(async (it) => { await load(it); }));",
  ])
  .bad("map by a name, in a function that cannot await", inPlain, "void ids.map(load);", ["listed"])
  .good(
    "callbacks that make a task",
    inAsync,
    "setTimeout(() => createTask(load(id)), 5); ids.forEach((it) => { createTask(load(it)); });",
  )
  .good(
    "map whose result is taken",
    inAsync,
    "await gather(ids.map(load)); await Promise.all(ids.map(async (it) => load(it)));",
  )
  .good(
    "those who await what a callback returns",
    inAsync,
    "await Promise.resolve(1).then(async () => load(id)); use(async () => load(id)); createTask(load(id)).catch(async () => {});",
  )
  .good(
    "a method of the same name that awaits",
    inAsync,
    "const app = { on(name: string, f: () => Promise<void>) { return f(); } }; await app.on(id, async () => {});",
  )
  .good(
    "plain callbacks",
    inAsync,
    "setTimeout(() => use(id), 5); ids.forEach((it) => use(it)); new Promise<void>((resolve) => resolve());",
  )
  .good("functions of a file that is not lowered", inAsync, "ids.forEach(fetchNow);")
  .good(
    "filter of what is no array",
    inAsync,
    "const model = { find(f: () => unknown) { return f(); } }; use(model.find(async () => {}));",
  )
  .good("a file that is not lowered", alone, "// @tsyncio-off\nsetTimeout(async () => {}, 5);")
  .run("typed");

new Cases("no-async-callback-dropped")
  .bad(
    "those that are known by their names",
    helpless,
    "setTimeout(async () => {}); list.forEach(async () => {}); a.on('x', async () => {}); new Promise(async () => {}); globalThis.setInterval(async () => {}, 1);",
    ["dropped"],
    ["dropped"],
    ["dropped"],
    ["executor"],
    ["dropped"],
  )
  .bad(
    "the parameters of a function that is known",
    alone,
    'import { createTask } from "tsyncio";\nasync function f(a, b) {}\nx.on("y", f);\nx.on("y", (...args) => createTask(f(...args)));',
    [
      "dropped",
      'import { createTask } from "tsyncio";\nasync function f(a, b) {}\nx.on("y", (a, b) => createTask(f(a, b)));\nx.on("y", (...args) => createTask(f(...args)));',
    ],
  )
  .good("unknown functions", alone, 'setTimeout(other, 5); list.forEach(other); app.get("/", async () => {});')
  .run("untyped");
