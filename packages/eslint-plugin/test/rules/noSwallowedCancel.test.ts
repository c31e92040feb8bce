import { alone, Cases, inAsync, inGenerator } from "../support/cases.js";

new Cases("no-swallowed-cancel")
  .bad("continue", inAsync, "for (;;) { try { await load(id); } finally { continue; } }", ["goesOn"])
  .bad("break, in a generator", inGenerator, "while (id) { try { yield* price(id); } finally { if (id) break; } }", [
    "goesOn",
  ])
  .bad("a jump to a label outside", inAsync, "out: { try { await load(id); } finally { for (;;) break out; } }", [
    "goesOn",
  ])
  .bad("break out of a switch", inAsync, "switch (id) { case '': try { await load(id); } finally { break; } }", [
    "goesOn",
  ])
  .bad("return", inAsync, "try { await load(id); } finally { return; }", ["returns"])
  .bad(
    "a wait in the catch block",
    inAsync,
    "for (;;) { try { use(id); } catch { await load(id); } finally { continue; } }",
    ["goesOn"],
  )
  .bad("other ways to wait", inAsync, "try { for await (const l of lines()) use(l); } finally { return; }", ["returns"])
  .bad(
    "an error that a catch of the same function takes",
    inAsync,
    "try { try { await load(id); } finally { throw new Error(id); } } catch (e) { use(e); }",
    ["caught"],
  )
  .good(
    "jumps within the block",
    inAsync,
    "try { await load(id); } finally { for (const it of ids) { if (it) continue; break; } }",
  )
  .good("a function in the block", inAsync, "try { await load(id); } finally { use(() => { return 1; }); }")
  .good("jumps behind the statement", inAsync, "for (;;) { try { await load(id); } finally { use(id); } continue; }")
  .good("nothing to cancel", inAsync, "for (;;) { try { use(id); } finally { continue; } }")
  .good(
    "an error that nobody takes here",
    inAsync,
    "try { await load(id); } catch { use(id); } finally { throw new Error(id); }",
  )
  .good(
    "an error that is taken in the block",
    inAsync,
    "try { try { await load(id); } finally { try { throw new Error(id); } catch {} } } catch {}",
  )
  .good(
    "native code",
    alone,
    "// @tsyncio-off\nasync function f() { for (;;) { try { await g(); } finally { continue; } } }",
  )
  .good("what is no coroutine", alone, "function* f() { for (;;) { try { yield 1; } finally { continue; } } }")
  .run("typed");
