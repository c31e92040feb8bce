/**
 * The points at which a function pauses. `await x` is `$aw(yield x)`: the driver resumes with what came of `x`, and
 * `$aw` gives the value or throws the error at the user's own line. In a generator `yield` means the user's own yield,
 * which goes to the driver as `yield $yielded(v)` and needs no `$aw`.
 *
 * `await f()` is `$aw($now($t = f()) ?? (yield $t))`: where `f` awaits nothing, `$now` gives the value at once. Not over several
 * lines: who asks at which line a task waits is told that of the `yield`, which has to be the line of the `await`.
 *
 * For debuggers it is `($awaited.v = yield x)`: see `awaited` of `tsyncio/syntax`.
 */
import type { AwaitExpression, ReturnStatement, YieldExpression } from "oxc-parser";
import { type Node, unwrapped } from "./ast.js";
import type { Pass } from "./pass.js";

const LINE_BREAK = /[\n\r\u2028\u2029]/;

/** `await x`. */
export function lowerAwait(pass: Pass, node: AwaitExpression): void {
  const { context } = pass;
  if (!context.isLowered) return;
  context.suspends = true;
  const end = node.start + "await".length;
  const { argument } = node;
  if (context.held !== "" && isCall(argument) && !LINE_BREAK.test(pass.source.slice(node.start, argument.end))) {
    context.holds = true;
    const space = end === argument.start ? " " : "";
    pass.replace(node.start, end, `${pass.helper("aw")}(${pass.helper("now")}(${context.held} =${space}`);
    pass.wrap(node, "", `) ?? (yield ${context.held}))`);
    return;
  }
  // No line break may follow `yield`, where one may follow `await`.
  const isBroken = LINE_BREAK.test(pass.source.slice(end, argument.start));
  const space = end === argument.start ? " " : "";
  const open = pass.stepping ? `(${pass.helper("awaited")}.v = ` : `${pass.helper("aw")}(`;
  pass.replace(node.start, end, `${open}yield${isBroken ? " (" : space}`);
  pass.wrap(node, "", isBroken ? "))" : ")");
}

/** Whether what is awaited can be a coroutine that is made there. */
function isCall(argument: Node): boolean {
  const inner = unwrapped(argument);
  return (
    inner.type === "CallExpression" || (inner.type === "ChainExpression" && inner.expression.type === "CallExpression")
  );
}

/** `yield v` and `yield* iterable` of an async generator. */
export function lowerYield(pass: Pass, node: YieldExpression): void {
  if (!pass.context.isLowered) return;
  const end = node.start + "yield".length;
  const { argument } = node;
  if (argument === null) {
    pass.wrap(node, "", ` ${pass.helper("yielded")}(void 0)`);
  } else if (node.delegate) {
    pass.replace(end, argument.start, ` ${pass.helper("delegate")}(`);
    pass.wrap(argument, "", ")");
  } else {
    pass.wrap(argument, `${end === argument.start ? " " : ""}${pass.helper("yielded")}(`, ")");
  }
}

/** `return v` of an async generator, which awaits `v`. In an async function the driver flattens what is returned. */
export function lowerReturn(pass: Pass, node: ReturnStatement): void {
  if (!pass.context.isLowered || !pass.context.isGenerator || node.argument === null) return;
  const isList = node.argument.type === "SequenceExpression";
  const space = node.argument.start === node.start + "return".length ? " " : "";
  pass.wrap(node.argument, `${space}${pass.helper("aw")}(yield ${isList ? "(" : ""}`, isList ? "))" : ")");
}
