/**
 * `for await` inside lowered functions.
 *
 *     for await (const x of items) BODY
 *     { const $f = $forAwait(items); try { while ($f.more($aw($now($t = $f.next()) ?? (yield $t)))) { const x = $f.value; BODY } }
 *       catch ($e) { $f.fail($e); } finally { const $c = $f.end(); if ($c) $aw(yield $c); } }
 *
 * The head is turned round: what is looped over comes first, then the binding. Both are moved, not copied, so their
 * own edits and their places in the source map go with them. Labels move onto the inner `while`, where `continue` needs
 * them.
 */
import type { ForOfStatement } from "oxc-parser";
import type { Pass } from "./pass.js";
import { endOf, isUsing, registration, resourceScope } from "./resources.js";

/** Lowers one loop whose parts are done already; `labels` is the text of its labels. */
export function lowerForAwait(pass: Pass, loop: ForOfStatement, labels: string): void {
  const { left, right, body, start } = loop;
  const { context } = pass;
  context.suspends = true;
  const items = pass.names.given("f");
  let bind = "";
  let after = "";
  if (isUsing(left)) {
    const { id } = left.declarations[0]!;
    const [open, close] = resourceScope(pass);
    pass.replace(left.start, id.start, "const ");
    pass.edits.prependRight(left.start, open);
    bind = ` = ${registration(pass, left)}(${items}.value); `;
    after = close;
  } else if (left.type === "VariableDeclaration") {
    bind = ` = ${items}.value; `;
  } else {
    pass.edits.prependRight(left.start, "(");
    bind = ` = ${items}.value); `;
  }
  pass.replace(start, left.start, `{ const ${items} = ${pass.helper("forAwait")}(`);
  let next = `yield ${items}.next()`;
  if (context.held !== "") {
    context.holds = true;
    next = `${pass.helper("now")}(${context.held} = ${items}.next()) ?? (yield ${context.held})`;
  }
  pass.edits.appendLeft(right.end, `); try { ${labels}while (${items}.more(${pass.helper("aw")}(${next}))) { `);
  pass.edits.appendLeft(left.end, bind);
  pass.replace(left.end, right.start, "");
  pass.replace(right.end, body.start, "");
  pass.edits.move(right.start, right.end, left.start);
  pass.wrap(body, pass.slots(loop), `${after} } ${endOf(pass, items)} }`);
}
