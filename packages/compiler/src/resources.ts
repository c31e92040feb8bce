/**
 * `using` and `await using` inside lowered functions.
 *
 *     { await using x = open(); BODY }
 *     { const $r = $resources(); try { const x = $r.useAsync(open()); BODY } catch ($e) { $r.fail($e); }
 *       finally { const $c = $r.end(); if ($c) $aw(yield $c); } }
 *
 * A declaration does not change the rest of its block: everything in the block moves into the `try` together, so what
 * closures see is the same. Both kinds are lowered, as an engine that lacks one lacks the other, and as a clean-up that
 * awaits must be driven by our loop, not by the engine's.
 */
import type { ForOfStatement, ForStatement, VariableDeclaration } from "oxc-parser";
import { type Node, takesName } from "./ast.js";
import type { Pass } from "./pass.js";

/** A declaration of resources. */
export type UsingDeclaration = VariableDeclaration & { kind: "using" | "await using" };

/** Whether the node declares resources. */
export function isUsing(node: Node | null): node is UsingDeclaration {
  return node?.type === "VariableDeclaration" && (node.kind === "using" || node.kind === "await using");
}

/** The two texts around statements that use resources. */
export function resourceScope(pass: Pass): readonly [open: string, close: string] {
  const stack = pass.names.given("r");
  return [`const ${stack} = ${pass.helper("resources")}(); try { `, ` ${endOf(pass, stack)}`];
}

/** Tells a helper object how the code in its `try` ended, and awaits what it has to do then. */
export function endOf(pass: Pass, owner: string): string {
  pass.context.suspends = true;
  const error = pass.names.given("e");
  const end = pass.names.given("c");
  const wait = `const ${end} = ${owner}.end(); if (${end}) ${pass.helper("aw")}(yield ${end});`;
  return `} catch (${error}) { ${owner}.fail(${error}); } finally { ${wait} }`;
}

/** The call that registers a value. */
export function registration(pass: Pass, declaration: UsingDeclaration): string {
  return `${pass.names.given("r")}.${declaration.kind === "using" ? "use" : "useAsync"}`;
}

/**
 * `using a = x, b = y` becomes `const a = $r.use(x), b = $r.use(y)`; a function or class without a name, which takes that of the
 * variable, is registered behind it: `const a = class {…}, $u0 = $r.use(a)`.
 */
export function lowerUsing(pass: Pass, declaration: UsingDeclaration): void {
  pass.replace(declaration.start, declaration.declarations[0]!.id.start, "const ");
  for (const { id, init } of declaration.declarations) {
    if (init === null) continue;
    const register = registration(pass, declaration);
    if (id.type === "Identifier" && takesName(init))
      pass.wrap(init, "", `, ${pass.names.fresh("$u")} = ${register}(${id.name})`);
    else pass.wrap(init, `${register}(`, ")");
  }
}

/** A block, or body of a function, with the offset of its first statement that is no directive. */
export function lowerBlock(pass: Pass, block: Node, statements: readonly Node[], open: number): void {
  const slots = pass.slots(block);
  const declarations = pass.context.isLowered ? statements.filter(isUsing) : [];
  let start = open + 1;
  let terminator = "";
  for (const statement of statements) {
    if (!("directive" in statement) || typeof statement.directive !== "string") break;
    start = statement.end;
    terminator = pass.source[start - 1] === ";" ? "" : ";";
  }
  if (declarations.length > 0) {
    const [before, after] = resourceScope(pass);
    for (const declaration of declarations) lowerUsing(pass, declaration);
    pass.edits.prependLeft(start, `${terminator} ${slots}${before}`);
    pass.edits.appendLeft(block.end - 1, after);
  } else if (slots !== "") {
    pass.edits.prependLeft(start, `${terminator} ${slots}`);
  }
}

/** `for (using x of list)`: each turn has a resource of its own. */
export function lowerForOfUsing(pass: Pass, loop: ForOfStatement, declaration: UsingDeclaration): void {
  const { id } = declaration.declarations[0]!;
  const [before, after] = resourceScope(pass);
  const name = pass.source.slice(id.start, id.end);
  pass.replace(declaration.start, id.start, "const ");
  pass.wrap(loop.body, `{ ${before}${registration(pass, declaration)}(${name}); ${pass.slots(loop)}`, `${after} }`);
}

/** `for (using x = open(); …; …)`: one resource for all turns. */
export function lowerForUsing(pass: Pass, loop: ForStatement, declaration: UsingDeclaration, labels: string): void {
  const [before, after] = resourceScope(pass);
  lowerUsing(pass, declaration);
  const slots = pass.slots(loop);
  if (slots !== "") pass.wrap(loop.body, `{ ${slots}`, " }");
  pass.wrap(loop, `{ ${before}${labels}`, `${after} }`);
}
