/**
 * The lowering pass: TypeScript (or JavaScript) in, the same language out, with every async function made into one that
 * returns a lazy coroutine of tsyncio.
 *
 * Invariants.
 * - Line N of the output is line N of the input; only columns move, and the map tells how.
 * - Only async things are touched. Types, decorators, JSX, enums stay for whoever comes next.
 * - `name`, `length`, hoisting, `this`, `super` and evaluation order are those of the language; what differs is what
 *   tsyncio wants to differ: a call runs nothing, and `await` is a suspension point of its loop.
 * - Code outside of async functions stays native, top-level `await` included.
 *
 * Two walks: `analysis.ts` finds scopes and what functions use; this one edits the source in place. The tree is never
 * printed.
 *
 * Rejected: the lowering of stock compilers (none does every construct rightly, all lower more than asked, and their
 * shape makes a generator function a call, a microsecond each); printing a changed tree (lines, comments and the user's
 * own formatting would be lost, and with them readable stacks without a map).
 */
import { type Comment, type Program, parseSync } from "oxc-parser";
import { analyse } from "./analysis.js";
import { eachChild, type FunctionNode, type Node } from "./ast.js";
import { lowerAwait, lowerReturn, lowerYield } from "./awaits.js";
import { LoweringError } from "./errors.js";
import { type Holder, lowerFunction } from "./functions.js";
import { addHeader, type ModuleKind } from "./header.js";
import { lowerForAwait } from "./loops.js";
import { Names } from "./names.js";
import { Pass } from "./pass.js";
import { isUsing, lowerBlock, lowerForOfUsing, lowerForUsing } from "./resources.js";
import { editMap, type SourceMapV3 } from "./sourceMaps.js";
import {
  lowerArguments,
  lowerNewTarget,
  lowerSuperCall,
  lowerSuperMember,
  lowerSuperTag,
  lowerThis,
} from "./supers.js";

/** Options of {@link lower}. */
export interface LowerOptions {
  /** Path of the file: its ending says which language it is, and it names the source in the map and in errors. */
  readonly filename: string;
  /** Whether the file is an ES module or CommonJS. Default: by the ending of the name, else by what the file contains. */
  readonly module?: ModuleKind | undefined;
  /** The expression by which CommonJS code gets the helpers. Default: `require("tsyncio/syntax")`. */
  readonly requireHelpers?: string | undefined;
  /** Whether to make a source map. Default: true. */
  readonly sourceMap?: boolean | undefined;
}

/** What {@link lower} returns. */
export interface LowerResult {
  readonly code: string;
  /** The source map, or `null` when the file came back unchanged or no map was asked for. */
  readonly map: SourceMapV3 | null;
}

/**
 * Lowers the async functions of one file to coroutines of tsyncio. A file that has none, or has the comment
 * `// @tsyncio-off` in front of its first statement, comes back unchanged.
 *
 * @throws {@link LoweringError} where the syntax is wrong.
 *
 * @example
 * ```ts
 * const { code } = lower("export async function main() { await sleep(1); }", { filename: "main.ts" });
 * ```
 */
export function lower(source: string, options: LowerOptions): LowerResult {
  if (!/\basync\b/.test(source)) return { code: source, map: null };
  const { filename } = options;
  const { program, comments, kind } = parse(source, filename, options.module);
  if (isOptedOut(program, comments)) return { code: source, map: null };
  const names = new Names(source);
  const analysis = analyse(program, names);
  if (analysis.lowered.length === 0) return { code: source, map: null };
  const pass = new Pass(source, filename, analysis, names, comments);
  pass.visit = (node) => visit(pass, node);
  pass.visit(program);
  const isCjs = (kind ?? (isCommonJs(analysis.globals) ? "cjs" : "esm")) === "cjs";
  addHeader(pass, program, isCjs ? (options.requireHelpers ?? 'require("tsyncio/syntax")') : null);
  return { code: pass.edits.toString(), map: options.sourceMap === false ? null : editMap(pass.edits, filename) };
}

interface Parsed {
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** `undefined` where neither the name nor the syntax of the file tells. */
  readonly kind: ModuleKind | undefined;
}

function parse(source: string, filename: string, module: ModuleKind | undefined): Parsed {
  const kind = module ?? (/\.c[jt]s$/.test(filename) ? "cjs" : /\.m[jt]s$/.test(filename) ? "esm" : undefined);
  const lang = /\.[cm]?ts$/.test(filename) ? "ts" : filename.endsWith(".tsx") ? "tsx" : "jsx";
  const first = parseSync(filename, source, { lang, sourceType: kind === "cjs" ? "commonjs" : "module" });
  let result = first;
  if (kind === undefined && first.errors.length > 0) {
    const second = parseSync(filename, source, { lang, sourceType: "commonjs" });
    if (second.errors.length === 0) result = second;
  }
  const [error] = result.errors;
  if (error !== undefined) throw new LoweringError(error.message, filename, source, error.labels[0]?.start ?? 0);
  const found = result === first ? (result.module.hasModuleSyntax ? "esm" : undefined) : "cjs";
  return { program: result.program, comments: result.comments, kind: kind ?? found };
}

/** Whether a file without `import` and `export` uses what only CommonJS has. */
function isCommonJs(globals: ReadonlySet<string>): boolean {
  return ["require", "module", "exports", "__filename", "__dirname"].some((name) => globals.has(name));
}

function isOptedOut(program: Program, comments: readonly Comment[]): boolean {
  const start = program.body[0]?.start ?? Number.POSITIVE_INFINITY;
  return comments.some((comment) => comment.end <= start && /^[\s*]*@tsyncio-off\b/.test(comment.value));
}

/** Edits one node, after its children. */
function visit(pass: Pass, node: Node | null): void {
  if (node === null) return;
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      visitFunction(pass, node, null, false);
      return;
    case "MethodDefinition":
      for (const decorator of node.decorators) pass.visit(decorator);
      if (node.computed) pass.visit(node.key);
      visitFunction(pass, node.value, node, false);
      return;
    case "Property":
      if (node.computed) pass.visit(node.key);
      if (node.method && node.value.type === "FunctionExpression") visitFunction(pass, node.value, node, false);
      else if (node.shorthand && node.value.type === "Identifier") visitIdentifier(pass, node.value, true);
      else pass.visit(node.value);
      return;
    case "PropertyDefinition":
    case "AccessorProperty":
      for (const decorator of node.decorators) pass.visit(decorator);
      if (node.computed) pass.visit(node.key);
      inInitialiser(pass, () => pass.visit(node.value));
      return;
    case "StaticBlock":
      inInitialiser(pass, () => visitChildren(pass, node));
      lowerBlock(pass, node, [], pass.find("{", node.start));
      return;
    case "ExpressionStatement":
      if (startsWithArrow(node.expression)) visitStatementArrow(pass, node.expression);
      else pass.visit(node.expression);
      return;
    case "MemberExpression":
      pass.visit(node.object);
      if (node.computed) pass.visit(node.property);
      if (node.object.type === "Super") lowerSuperMember(pass, node);
      return;
    case "LabeledStatement":
      visitLabels(pass, node);
      return;
    case "ForOfStatement":
    case "ForStatement":
    case "ForInStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      visitLoop(pass, node, "");
      return;
    case "TSModuleDeclaration":
      if (!node.declare && node.body) pass.visit(node.body);
      return;
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "BreakStatement":
    case "ContinueStatement":
      return;
    case "MetaProperty":
      if (node.meta.name === "new") lowerNewTarget(pass, node);
      return;
    case "Identifier":
      visitIdentifier(pass, node, false);
      return;
    case "ThisExpression":
      lowerThis(pass, node);
      return;
  }
  visitChildren(pass, node);
  switch (node.type) {
    case "AwaitExpression":
      lowerAwait(pass, node);
      break;
    case "YieldExpression":
      lowerYield(pass, node);
      break;
    case "ReturnStatement":
      lowerReturn(pass, node);
      break;
    case "CallExpression":
      lowerSuperCall(pass, node);
      break;
    case "TaggedTemplateExpression":
      lowerSuperTag(pass, node);
      break;
    case "BlockStatement":
    case "TSModuleBlock":
      lowerBlock(pass, node, node.body, node.start);
      break;
  }
}

function visitChildren(pass: Pass, node: Node): void {
  eachChild(node, pass.visit);
}

function visitFunction(pass: Pass, node: FunctionNode, holder: Holder | null, isStatement: boolean): void {
  const context = pass.analysis.functions.get(node);
  if (context === undefined) return;
  const outer = pass.context;
  pass.context = context;
  for (const parameter of node.params) pass.visit(parameter);
  pass.visit(node.body);
  pass.context = outer;
  if (context.isLowered) {
    lowerFunction(pass, node, holder, isStatement);
  } else if (node.type === "ArrowFunctionExpression" && node.expression) {
    const slots = pass.slots(node);
    if (slots !== "") pass.wrap(node.body, `{ ${slots}return `, "; }");
  }
}

/** Code in a class that runs as a function of its own, where `await` and `super` do not reach the function around. */
function inInitialiser(pass: Pass, body: () => void): void {
  const outer = pass.context;
  pass.context = pass.analysis.module.context;
  body();
  pass.context = outer;
}

function visitIdentifier(pass: Pass, node: Extract<Node, { type: "Identifier" }>, isShorthand: boolean): void {
  for (const decorator of node.decorators ?? []) pass.visit(decorator);
  if (node.name === "arguments") lowerArguments(pass, node, isShorthand);
}

function startsWithArrow(node: Node): boolean {
  const first = node.type === "SequenceExpression" ? node.expressions[0] : node;
  return first?.type === "ArrowFunctionExpression" && first.async;
}

function visitStatementArrow(pass: Pass, node: Node): void {
  const list: readonly Node[] = node.type === "SequenceExpression" ? node.expressions : [node];
  for (const [index, expression] of list.entries()) {
    if (index === 0 && expression.type === "ArrowFunctionExpression") visitFunction(pass, expression, null, true);
    else pass.visit(expression);
  }
}

type Loop = Extract<
  Node,
  { type: "ForOfStatement" | "ForStatement" | "ForInStatement" | "WhileStatement" | "DoWhileStatement" }
>;

/** Labels of a loop that gets braces around it move onto the loop inside. */
function visitLabels(pass: Pass, node: Extract<Node, { type: "LabeledStatement" }>): void {
  let labels = "";
  let body: Node = node;
  while (body.type === "LabeledStatement") {
    labels += `${body.label.name}: `;
    body = body.body;
  }
  const isBraced =
    pass.context.isLowered &&
    ((body.type === "ForOfStatement" && body.await) || (body.type === "ForStatement" && isUsing(body.init)));
  if (!isBraced) {
    pass.visit(node.body);
    return;
  }
  pass.replace(node.start, body.start, "");
  visitLoop(pass, body as Loop, labels);
}

function visitLoop(pass: Pass, loop: Loop, labels: string): void {
  visitChildren(pass, loop);
  if (pass.context.isLowered) {
    if (loop.type === "ForOfStatement" && loop.await) {
      lowerForAwait(pass, loop, labels);
      return;
    }
    if (loop.type === "ForOfStatement" && isUsing(loop.left)) {
      lowerForOfUsing(pass, loop, loop.left);
      return;
    }
    if (loop.type === "ForStatement" && isUsing(loop.init)) {
      lowerForUsing(pass, loop, loop.init, labels);
      return;
    }
  }
  const slots = pass.slots(loop);
  if (slots !== "") pass.wrap(loop.body, `{ ${slots}`, " }");
}
