import type { Program } from "oxc-parser";
import type { Pass } from "./pass.js";

/** How a lowered file gets at the helpers. */
export type ModuleKind = "esm" | "cjs";

/**
 * The one line in front of the user's first statement: the helpers, the sites, and the slots of the module's top.
 *
 * It stands behind a `#!` line, behind directives, and behind leading comments, as some of those speak to other tools.
 * Slots are `var`s: where modules import each other in a circle, a hoisted function can be called before its module has
 * run, and must find its slot. Its site is undefined then, which the helpers take. A bundler drops the site of a function
 * that it drops, as the call is marked pure. `required` is the expression by which CommonJS gets the helpers, or `null`
 * in an ES module.
 */
export function addHeader(pass: Pass, program: Program, required: string | null): void {
  const { module, lowered } = pass.analysis;
  const sites = pass.helper("site");
  const url =
    pass.place === undefined ? (required === null ? "import.meta.url" : "__filename") : JSON.stringify(pass.place);
  const variables = lowered.map((context) => {
    const { line, column } = pass.position(context.start);
    return `${context.site} = /* @__PURE__ */ ${sites}(${JSON.stringify(context.name)}, ${url}, ${line}, ${column})`;
  });
  variables.push(...module.slots);
  const helpers = [...pass.helpers].map(([helper, name]) => `${helper}${required === null ? " as" : ":"} ${name}`);
  const names = helpers.join(", ");
  const source = required === null ? `import { ${names} } from "tsyncio/syntax"` : `var { ${names} } = ${required}`;
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
