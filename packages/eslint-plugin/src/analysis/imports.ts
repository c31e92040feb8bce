/** What a file imports, by its text alone; and the edits that import more. */
import { AST_NODE_TYPES, ASTUtils, TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { type FunctionNode, isFunction, propertyName, unwrap } from "./nodes.js";

/** Something that a module exports. */
export interface Imported {
  readonly module: string;
  /** "*" is the module as a whole. */
  readonly name: string;
}

/** Where the value comes from, if it is imported: `sleep`, `tsyncio.sleep`, `require("tsyncio").sleep`. */
export function importedBy(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): Imported | undefined {
  const bare = unwrap(node);
  if (bare.type === AST_NODE_TYPES.MemberExpression) {
    const whole = importedBy(bare.object, sourceCode);
    const name = propertyName(bare);
    return whole?.name === "*" && name !== undefined ? { module: whole.module, name } : undefined;
  }
  const required = requiredModule(bare);
  if (required !== undefined) return { module: required, name: "*" };
  if (bare.type !== AST_NODE_TYPES.Identifier) return undefined;
  const definition = variableOf(bare, sourceCode)?.defs[0]?.node;
  switch (definition?.type) {
    case AST_NODE_TYPES.ImportSpecifier: {
      const { imported } = definition;
      const name = imported.type === AST_NODE_TYPES.Identifier ? imported.name : imported.value;
      return { module: moduleOf(definition), name };
    }
    case AST_NODE_TYPES.ImportNamespaceSpecifier:
    case AST_NODE_TYPES.ImportDefaultSpecifier:
      return { module: moduleOf(definition), name: "*" };
    case AST_NODE_TYPES.VariableDeclarator: {
      const module = definition.init ? requiredModule(definition.init) : undefined;
      if (module === undefined) return undefined;
      if (definition.id.type === AST_NODE_TYPES.Identifier) return { module, name: "*" };
      const name = nameInPattern(definition.id, bare.name);
      return name === undefined ? undefined : { module, name };
    }
    default:
      return undefined;
  }
}

/** The variable that a name stands for. */
export function variableOf(
  node: TSESTree.Identifier,
  sourceCode: Readonly<TSESLint.SourceCode>,
): TSESLint.Scope.Variable | undefined {
  return ASTUtils.findVariable(sourceCode.getScope(node), node.name) ?? undefined;
}

/** The function that a name was declared for. */
export function declaredFunction(
  node: TSESTree.Identifier,
  sourceCode: Readonly<TSESLint.SourceCode>,
): FunctionNode | undefined {
  const definition = variableOf(node, sourceCode)?.defs[0];
  // The node of a parameter is the function that has it.
  return definition?.type === TSESLint.Scope.DefinitionType.FunctionName && isFunction(definition.node)
    ? definition.node
    : undefined;
}

function moduleOf(specifier: TSESTree.ImportClause): string {
  return (specifier.parent as TSESTree.ImportDeclaration).source.value;
}

function requiredModule(node: TSESTree.Node): string | undefined {
  const isRequire =
    node.type === AST_NODE_TYPES.CallExpression &&
    node.callee.type === AST_NODE_TYPES.Identifier &&
    node.callee.name === "require";
  const argument = isRequire ? node.arguments[0] : undefined;
  return argument?.type === AST_NODE_TYPES.Literal && typeof argument.value === "string" ? argument.value : undefined;
}

function nameInPattern(pattern: TSESTree.Node, local: string): string | undefined {
  if (pattern.type !== AST_NODE_TYPES.ObjectPattern) return undefined;
  for (const property of pattern.properties) {
    if (property.type !== AST_NODE_TYPES.Property || property.value.type !== AST_NODE_TYPES.Identifier) continue;
    if (property.value.name === local && property.key.type === AST_NODE_TYPES.Identifier) return property.key.name;
  }
  return undefined;
}

/** A name to write in the file, and the edits that make it known there. */
export interface Import {
  readonly local: string;
  fix(fixer: TSESLint.RuleFixer): TSESLint.RuleFix[];
}

/**
 * The name of an export for code at a place; imported where it is not yet.
 *
 * @returns nothing where the name means something else at that place
 */
export function importOf(
  name: string,
  module: string,
  at: TSESTree.Node,
  sourceCode: Readonly<TSESLint.SourceCode>,
): Import | undefined {
  const { ast } = sourceCode;
  const taken = ASTUtils.findVariable(sourceCode.getScope(at), name);
  if (taken) {
    const { defs, identifiers } = taken;
    const id = identifiers[0];
    if (defs.length === 0) return undefined;
    const from = id?.type === AST_NODE_TYPES.Identifier ? importedBy(id, sourceCode) : undefined;
    return from?.module === module && from.name === name ? { local: name, fix: () => [] } : undefined;
  }
  const isModule = ast.sourceType === "module";
  let last: TSESTree.ProgramStatement | undefined;
  for (const statement of ast.body) {
    if (statement.type === AST_NODE_TYPES.ImportDeclaration) {
      last = statement;
      const specifier = statement.specifiers.at(-1);
      if (statement.source.value !== module || statement.importKind === "type") continue;
      if (specifier?.type !== AST_NODE_TYPES.ImportSpecifier) continue;
      return { local: name, fix: (fixer) => [fixer.insertTextAfter(specifier, `, ${name}`)] };
    }
    if ("directive" in statement && statement.directive !== undefined) last = statement;
  }
  const text = isModule ? `import { ${name} } from "${module}";` : `const { ${name} } = require("${module}");`;
  const insert = (fixer: TSESLint.RuleFixer): TSESLint.RuleFix => {
    if (last !== undefined) return fixer.insertTextAfter(last, `\n${text}`);
    const first = ast.body[0];
    return first === undefined ? fixer.insertTextBeforeRange([0, 0], text) : fixer.insertTextBefore(first, `${text}\n`);
  };
  return { local: name, fix: (fixer) => [insert(fixer)] };
}
