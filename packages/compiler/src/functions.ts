/**
 * Async functions, methods, arrows and generators.
 *
 *     async function f(a, b) { BODY }
 *     function f(a, b) { return $co($s0, ($g0 ??= function* f(a, b) { BODY })(a, b)); }
 *
 * The outer function stays what it was (a hoisted declaration, a method, an arrow), with the same `name` and `length`;
 * only the word `async` goes. The generator function is made once (see `slots.ts`), carries the function's name, so
 * that stacks read well, and gets `this` only where it is used.
 *
 * One that awaits nothing needs no generator: `function f(a, b) { return $plain($s0, $g0 ??= function f(a, b) { BODY }, void 0, a, b); }`.
 *
 * Parameters with defaults, patterns or a rest can run the user's code, which an async function does as part of its
 * promise. They move into the generator as they stand, and the outer function gets placeholders.
 *
 * For debuggers the generator begins at the call, up to a `yield` in front of the body, so that stepping into the call stops
 * in the function, and the next step in its body: `$co($s0, $primed(($g0 ??= function* f(a, b) { yield; BODY })(a, b)))`.
 *
 * Rejected: handing the generator function to a helper at every call (`$co(this, arguments, fn)`): an arguments object
 * and an `apply` more for each call; a wrapper made once per function (`f = $co(function* f() {…})`): declarations would
 * no longer be hoisted, and arrows would lose their `this`.
 */
import type { MethodDefinition, ObjectProperty } from "oxc-parser";
import { boundNames, type FunctionNode, hasFlatParameters, hasSimpleParameters, type Node } from "./ast.js";
import { extraParameters } from "./extras.js";
import type { Pass } from "./pass.js";
import type { FunctionContext } from "./scopes.js";

/** As many arguments as a plain coroutine has fields for. */
const MOST_ARGUMENTS = 4;

/** A method: the node of a class or object that holds the function. */
export type Holder = MethodDefinition | ObjectProperty;

/** Before the children of a function are lowered: whether it can have a variable for what it awaits. */
export function prepareFunction(pass: Pass, node: FunctionNode): void {
  const { context } = pass;
  if (!context.isLowered || context.isGenerator || context.usesArguments || pass.stepping) return;
  if (isSimple(pass, node, context)) context.held = pass.names.given("t");
}

/** Lowers a function whose children are done already. `isStatement` tells that an arrow begins a statement. */
export function lowerFunction(pass: Pass, node: FunctionNode, holder: Holder | null, isStatement: boolean): void {
  const context = pass.analysis.functions.get(node);
  const { body } = node;
  if (context === undefined || body === null) return;
  const parametersFrom = removeKeywords(pass, node, context, holder, isStatement);
  const isArrow = node.type === "ArrowFunctionExpression";
  const name = pass.names.ofGenerator(context.name, context.free);
  const extras = extraParameters(context, pass.names);
  const slot = context.slot === "" ? "" : `${context.slot} ??= `;
  const maker = `${slot}function*${name === "" ? "" : ` ${name}`}`;
  const self = context.usesThis && context.outermostArrow?.extras.superCall !== true ? "this" : "void 0";

  let before: string;
  let after: string;
  let prime = "";
  const simple = isSimple(pass, node, context);
  if (simple) {
    const own = node.params.flatMap((p) => [...boundNames(p)]).filter((own) => own !== "this");
    const list = [...extras.names, ...own].join(", ");
    if (context.isGenerator) {
      before = `${pass.helper("asyncGenerator")}(${context.site}, ${maker}(${list}) `;
      after = `, ${self}, ${extras.values.length === 0 ? "arguments" : `[${[...extras.values, "...arguments"].join(", ")}]`})`;
    } else if (!context.suspends && context.held !== "" && extras.names.length + own.length <= MOST_ARGUMENTS) {
      before = `${pass.helper("plain")}(${context.site}, ${slot}function ${name}(${list}) `;
      const values = [...extras.values, ...own];
      after = values.length === 0 && self !== "this" ? ")" : `, ${[self, ...values].join(", ")})`;
    } else {
      const held = context.holds ? `${list === "" ? "" : ", "}${context.held}` : "";
      const [open, close] = pass.stepping ? [`${pass.helper("primed")}(`, ")"] : ["", ""];
      before = `${pass.helper("co")}(${context.site}, ${open}(${maker}(${list}${held}) `;
      after = `)${simpleCall(context, self, extras.values, own)}${close})`;
      if (pass.stepping) prime = "yield; ";
    }
  } else {
    const outer = placeholders(pass, node, holder);
    const values = isArrow ? [...extras.values, ...outer.values] : [...extras.values, "...arguments"];
    const args = !isArrow && extras.values.length === 0 ? "arguments" : `[${values.join(", ")}]`;
    const helper = pass.helper(context.isGenerator ? "asyncGenerator" : "coLazy");
    const open = pass.find("(", parametersFrom);
    passExtras(pass, node, open, extras.names);
    pass.edits.prependRight(
      open,
      `(${outer.list}) ${isArrow ? "=> " : `{ ${strictness(body)}return `}${helper}(${context.site}, ${maker}`,
    );
    if (isArrow) {
      const arrow = pass.find("=>", node.returnType?.end ?? node.params.at(-1)!.end);
      pass.replace(arrow, arrow + 2, "");
    }
    before = "";
    after = `, ${self}, ${args})`;
  }
  if (!isArrow) {
    if (simple) before = `{ ${strictness(body)}return ${before}`;
    after += "; }";
  } else if (node.expression) {
    before += `{ ${prime}${pass.slots(node)}return `;
    after = `; }${after}`;
  }
  if (body.type === "BlockStatement" && prime !== "") {
    const directive = body.body.findLast((statement) => "directive" in statement && statement.directive);
    pass.edits.appendLeft(directive?.end ?? body.start + 1, `; ${prime}`);
  }
  pass.wrap(body, before, after);
}

/** Whether binding the parameters runs no code of the user's, so that the outer function can do it. */
function isSimple(pass: Pass, node: FunctionNode, context: FunctionContext): boolean {
  return hasSimpleParameters(node) || keepsPatterns(pass, node, context);
}

/** Whether patterns stay parameters of the outer function, whose text a test runner reads to know what to hand to it. */
function keepsPatterns(pass: Pass, node: FunctionNode, context: FunctionContext): boolean {
  return pass.isTest && hasFlatParameters(node) && !context.isGenerator && !context.usesArguments;
}

/** How the generator is made from its function when all parameters are plain. */
function simpleCall(context: FunctionContext, self: string, extras: readonly string[], own: readonly string[]): string {
  if (context.usesArguments) {
    return extras.length === 0
      ? `.apply(${self}, arguments)`
      : `.call(${[self, ...extras, "...arguments"].join(", ")})`;
  }
  return self === "this" ? `.call(${["this", ...extras, ...own].join(", ")})` : `(${[...extras, ...own].join(", ")})`;
}

/** Removes `async` and `*`, and gives the offset from which the parameters can be looked for. */
function removeKeywords(
  pass: Pass,
  node: FunctionNode,
  context: FunctionContext,
  holder: Holder | null,
  isStatement: boolean,
): number {
  const { source } = pass;
  let start = node.start;
  if (holder !== null) {
    const decorators = holder.type === "Property" ? [] : holder.decorators;
    start = decorators.at(-1)?.end ?? holder.start;
  }
  const at = pass.find("async", start);
  context.start = at;
  let end = at + "async".length;
  if (source[end] === " ") end += 1;
  let text = "";
  // A line that began with `async` may now begin with a token that would continue the line before.
  if (isStatement) text = "0, ";
  else if (holder !== null && holder.type !== "Property" && holder.computed && at === holder.start) text = ";";
  pass.replace(at, end, text);
  if (node.generator) {
    const star = pass.find("*", end);
    pass.replace(star, star + 1, " ");
    end = star + 1;
  }
  return Math.max(end, holder === null ? 0 : node.start, node.typeParameters?.end ?? 0, node.id?.end ?? 0);
}

interface Placeholders {
  readonly list: string;
  readonly values: readonly string[];
}

/** Parameters for the outer function that take anything, and keep `length`. Decorators of parameters move to them. */
function placeholders(pass: Pass, node: FunctionNode, holder: Holder | null): Placeholders {
  const isArrow = node.type === "ArrowFunctionExpression";
  const isDecorated =
    holder !== null &&
    holder.type !== "Property" &&
    (holder.decorators.length > 0 || node.params.some((p) => "decorators" in p && (p.decorators?.length ?? 0) > 0));
  const list: string[] = [];
  const values: string[] = [];
  let counts = true;
  for (const parameter of node.params) {
    if (parameter.type === "Identifier" && parameter.name === "this") continue;
    if (parameter.type === "AssignmentPattern" || parameter.type === "RestElement") counts = false;
    const decorators = "decorators" in parameter ? (parameter.decorators ?? []) : [];
    if (!counts && !isArrow && !isDecorated) continue;
    const name = pass.names.given(`p${list.length}`);
    const rest = parameter.type === "RestElement" ? "..." : "";
    let text = "";
    for (const decorator of decorators) {
      text += `${oneLine(pass.source.slice(decorator.start, decorator.end))} `;
      pass.replace(decorator.start, decorator.end, "");
    }
    const pattern = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
    const type = isDecorated && "typeAnnotation" in pattern ? pattern.typeAnnotation : null;
    const annotation = type ? oneLine(pass.source.slice(type.start, type.end)) : "";
    list.push(`${text}${rest}${name}${annotation}${counts || rest !== "" ? "" : " = void 0"}`);
    values.push(`${rest}${name}`);
  }
  return { list: list.join(", "), values };
}

function oneLine(text: string): string {
  return text.replace(/\s*[\n\r]\s*/g, " ");
}

/** Puts the extra parameters in front of the user's, behind a `this` of TypeScript. */
function passExtras(pass: Pass, node: FunctionNode, open: number, names: readonly string[]): void {
  if (names.length === 0) return;
  const [first] = node.params;
  if (first?.type === "Identifier" && first.name === "this") pass.edits.appendLeft(first.end, `, ${names.join(", ")}`);
  else pass.edits.appendLeft(open + 1, `${names.join(", ")}, `);
}

/** The directive that makes the outer function as strict as the body. */
function strictness(body: Node): string {
  if (body.type !== "BlockStatement") return "";
  const isStrict = body.body.some((statement) => "directive" in statement && statement.directive === "use strict");
  return isStrict ? '"use strict"; ' : "";
}
