/**
 * One input of an interactive session, made into a function.
 *
 * The declarations of the input stay what they are, inside of the function; the session is told of each, with a function that reads it
 * and one that assigns to it, so that later inputs find it as a global. Nothing is declared twice, so a name can be declared anew.
 */
import MagicString from "magic-string";
import { type ParseResult, type Program, parseSync } from "oxc-parser";
import { boundNames, eachChild, type Node } from "./ast.js";
import { LoweringError } from "./errors.js";
import { lower } from "./lower.js";
import { Names } from "./names.js";
import { chainMaps, editMap, type SourceMapV3 } from "./sourceMaps.js";
import { strip } from "./strip.js";

/** Options of {@link compileReplInput}. */
export interface ReplInputOptions {
  /** What stacks and reports call the input. */
  readonly name: string;
  /** Names that the input finds as parameters. */
  readonly parameters?: readonly string[] | undefined;
}

/** An input that can run. */
export interface ReplInput {
  /**
   * A function expression. Its parameters are a {@link ReplSession}, and those that were asked for; it gives a function that runs the input:
   * an async one, lowered, where the input awaits. What that gives has the value of the last expression as `value`.
   */
  readonly code: string;
  /** From the code to the input. The engine's own stacks know nothing of it: Node takes no maps from scripts. */
  readonly map: SourceMapV3;
  /** Whether the input has a top-level `await`. */
  readonly awaits: boolean;
  /** What the function that runs the input is called in stacks. */
  readonly runner: string;
}

/** What the code of an input needs of the session. */
export interface ReplSession {
  /** Exports of `tsyncio/syntax`. */
  readonly syntax: object;
  /** Exports of `@tsyncio/compiler/helpers`. */
  readonly helpers: object;
  /** Told of each name that the input declares, before anything of it runs. */
  declare(name: string, read: () => unknown, assign: (value: unknown) => void): void;
}

/**
 * Compiles what somebody has typed: TypeScript, with `await` and `import` at the top level.
 *
 * @returns `"incomplete"` where the text could go on in another line; `null` where there is nothing to run
 * @throws LoweringError where the syntax is wrong
 * @example
 * ```ts
 * const input = compileReplInput("const page = await download(url)", { name: "REPL1" });
 * ```
 */
export function compileReplInput(source: string, options: ReplInputOptions): ReplInput | "incomplete" | null {
  const parsed = parseInput(source, options.name);
  if (parsed === "incomplete") return parsed;
  const { program, isObject } = parsed;
  if (program.body.length === 0) return null;

  const names = new Names(source);
  const [session, runner, value] = [names.fresh("$session"), names.fresh("$input"), names.fresh("$value")];
  const edits = new MagicString(source);
  const declared = new Set<string>();
  const awaits = look(program, declared);
  if (isObject) edits.prependRight(0, "return { value: (").append(") };");
  else for (const statement of program.body) editStatement(edits, source, statement, statement === program.body.at(-1));
  const declarations = [...declared].map(
    (name) => `${session}.declare(${JSON.stringify(name)}, () => ${name}, (${value}) => { ${name} = ${value}; }); `,
  );
  edits.prepend(`${runner} = ${awaits ? "async " : ""}() => { ${declarations.join("")}`).append("\n}");

  // The ending tells the language.
  const filename = `${options.name}.ts`;
  const written = editMap(edits, options.name);
  const lowered = lower(edits.toString(), {
    filename,
    module: "cjs",
    place: options.name,
    requireHelpers: `${session}.syntax`,
  });
  const stripped = strip(lowered.code, filename, "commonjs");
  const map = chainMaps(chainMaps(stripped.map, lowered.map), written);
  map.sources = [options.name];
  map.sourcesContent = [source];
  const body = stripped.code.replace(/^(var babelHelpers = )require\(".*?"\)/, `$1${session}.helpers`);
  const parameters = [session, ...(options.parameters ?? []).filter((name) => !declared.has(name))];
  // On one line with the first of the body: the map counts lines from there.
  const code = `(function (${parameters.join(", ")}) { let ${runner}; ${body}\nreturn ${runner}; })`;
  return { code, map, awaits, runner };
}

const NO_NAMESPACES = "a namespace cannot be declared here; put it into a file, and import that";

interface ParsedInput {
  readonly program: Program;
  /** The whole is an object literal, and no block. */
  readonly isObject: boolean;
}

function parseInput(source: string, name: string): ParsedInput | "incomplete" {
  if (/^\s*\{/.test(source) && !/;\s*$/.test(source)) {
    // The parenthesis stands where the source has a space or nothing, so that no offset matters.
    const { program, errors } = parse(`(${source})`, name);
    if (errors.length === 0 && program.body.length === 1) return { program, isObject: true };
  }
  const { program, errors } = parse(source, name);
  const [error] = errors;
  if (error === undefined) {
    const namespace = program.body.find((each) => each.type === "TSModuleDeclaration");
    if (namespace) throw new LoweringError(NO_NAMESPACES, name, source, namespace.start);
    return { program, isObject: false };
  }
  if (errors.some((each) => isUnfinished(source, each))) return "incomplete";
  throw new LoweringError(error.message, name, source, error.labels[0]?.start ?? 0);
}

function parse(source: string, name: string): ParseResult {
  return parseSync(`${name}.ts`, source, { lang: "ts", sourceType: "module", showSemanticErrors: true });
}

/** Whether the parser stumbled over the end, or over what may end in another line. */
function isUnfinished(source: string, { message, labels }: ParseResult["errors"][number]): boolean {
  const { start = 0 } = labels[0] ?? {};
  if (message === "Unterminated multiline comment") return true;
  if (message === "Unterminated string") return source[start] === "`" || /\\\r?\n?$/.test(source.slice(start));
  return source.slice(start).trim() === "";
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "StaticBlock",
  "PropertyDefinition",
  "AccessorProperty",
]);

/** Collects what the input declares. Returns whether it awaits. */
function look(program: Program, declared: Set<string>): boolean {
  let awaits = false;
  const visit = (node: Node, isTop: boolean): void => {
    if (node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await)) awaits = true;
    else if (node.type === "VariableDeclaration") {
      if (node.kind === "await using") awaits = true;
      if ((isTop || node.kind === "var") && !node.declare)
        for (const { id } of node.declarations) for (const name of boundNames(id)) declared.add(name);
    } else if (node.type === "ImportDeclaration") {
      if (node.importKind === "type") return;
      awaits = true;
      for (const each of node.specifiers)
        if (each.type !== "ImportSpecifier" || each.importKind !== "type") declared.add(each.local.name);
      return;
    } else if (isTop) declareNamed(node, declared);
    if (FUNCTIONS.has(node.type)) return;
    const inner = isTop && node.type === "ExportNamedDeclaration";
    eachChild(node, (child) => visit(child, inner));
  };
  for (const statement of program.body) visit(statement, true);
  return awaits;
}

function declareNamed(node: Node, declared: Set<string>): void {
  switch (node.type) {
    case "FunctionDeclaration":
    case "ClassDeclaration":
      if (node.id !== null && !node.declare) declared.add(node.id.name);
      break;
    case "TSEnumDeclaration":
      if (!node.declare) declared.add(node.id.name);
      break;
  }
}

function editStatement(edits: MagicString, source: string, statement: Node, isLast: boolean): void {
  switch (statement.type) {
    case "ExpressionStatement":
      if (!isLast) return;
      edits.prependRight(statement.expression.start, "return { value: (");
      edits.appendLeft(statement.expression.end, ") }");
      return;
    case "ImportDeclaration":
      edits.update(statement.start, statement.end, importText(source, statement));
      return;
    case "ExportNamedDeclaration":
      if (statement.declaration) edits.remove(statement.start, statement.declaration.start);
      return;
  }
}

/** `import` of a script: the same bindings, by `await import()`. */
function importText(source: string, node: Extract<Node, { type: "ImportDeclaration" }>): string {
  if (node.importKind === "type") return "";
  const attributes = node.attributes.map(({ start, end }) => source.slice(start, end)).join(", ");
  const options = attributes && `, { with: { ${attributes} } }`;
  const module = `await import(${source.slice(node.source.start, node.source.end)}${options})`;
  const names: string[] = [];
  let whole: string | undefined;
  for (const each of node.specifiers) {
    if (each.type === "ImportNamespaceSpecifier") whole = each.local.name;
    else if (each.type === "ImportDefaultSpecifier") names.push(`default: ${each.local.name}`);
    else if (each.importKind !== "type")
      names.push(`${source.slice(each.imported.start, each.imported.end)}: ${each.local.name}`);
  }
  const pattern = names.length > 0 ? `{ ${names.join(", ")} }` : undefined;
  if (whole !== undefined) return `const ${whole} = ${module}${pattern ? `, ${pattern} = ${whole}` : ""};`;
  return pattern === undefined ? `${module};` : `const ${pattern} = ${module};`;
}
