import type { Program } from "oxc-parser";
import { positionOf } from "./errors.js";
import type { Pass } from "./pass.js";

/** How a lowered file gets at the helpers. */
export type ModuleKind = "esm" | "cjs";

/**
 * The one line in front of the user's first statement: the helpers, the sites, and the slots of the module's top.
 *
 * It stands behind a `#!` line, behind directives, and behind leading comments, as some of those speak to other tools.
 * Slots are `var`s: where modules import each other in a circle, a hoisted function can be called before its module has
 * run, and must find its slot. Its site is undefined then, which the helpers take.
 */
export function addHeader(pass: Pass, program: Program, kind: ModuleKind): void {
  const { module, lowered } = pass.analysis;
  const sites = pass.helper("site");
  const url = kind === "esm" ? "import.meta.url" : "__filename";
  const variables = lowered.map((context) => {
    const { line, column } = positionOf(pass.source, context.start);
    return `${context.site} = ${sites}(${JSON.stringify(context.name)}, ${url}, ${line}, ${column})`;
  });
  variables.push(...module.slots);
  const helpers = [...pass.helpers].map(([helper, name]) => `${helper}${kind === "esm" ? " as" : ":"} ${name}`);
  const names = helpers.join(", ");
  const source =
    kind === "esm" ? `import { ${names} } from "tsyncio/syntax"` : `var { ${names} } = require("tsyncio/syntax")`;
  const text = `${source}; var ${variables.join(", ")};`;

  let end = -1;
  for (const statement of program.body) {
    if (!("directive" in statement) || typeof statement.directive !== "string") break;
    end = statement.end;
  }
  if (end >= 0) {
    pass.edits.prependLeft(end, `${pass.source[end - 1] === ";" ? "" : ";"} ${text}`);
    return;
  }
  const first = program.body[0]!;
  let start = first.start;
  if (first.type === "ExportNamedDeclaration" || first.type === "ExportDefaultDeclaration") {
    const { declaration } = first;
    if (declaration !== null && "decorators" in declaration) start = declaration.decorators?.[0]?.start ?? start;
  }
  pass.edits.prependRight(Math.min(start, first.start), `${text} `);
}
