/** `for await`, as the pass writes it. */
import type { Coroutine } from "tsyncio";
import { aw, forAwait } from "tsyncio/syntax";
import { lowered } from "./forms.js";

/** The loop; a body that gives "break" ends it. Gives "ended". */
export const forAwaitLoop: (
  iterable: unknown,
  body: (value: unknown) => Generator<unknown, unknown, unknown>,
) => Coroutine<unknown> = lowered(
  "loop",
  function* (
    iterable: unknown,
    body: (value: unknown) => Generator<unknown, unknown, unknown>,
  ): Generator<unknown, unknown, unknown> {
    const each = forAwait(iterable);
    try {
      while (each.more(aw(yield each.next()))) if ((yield* body(each.value)) === "break") break;
    } catch (error) {
      each.fail(error);
    } finally {
      const closing = each.end();
      if (closing) aw(yield closing);
    }
    return "ended";
  },
);
