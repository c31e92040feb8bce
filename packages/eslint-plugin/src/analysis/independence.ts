/** Whether two calls can run at once. In doubt they cannot. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { variableOf } from "./imports.js";
import { propertyName, unwrap } from "./nodes.js";
import type { Oracle } from "./oracle.js";

/** Functions that tell by their name that they only look. */
const LOOKS = /^(count|describe|download|fetch|find|get|list|load|lookup|query|request|resolve|search)(?![a-z])/;
/** Functions that tell by their name that they change something, or that the order matters. */
const CHANGES =
  /^(acquire|add|append|apply|begin|check|clear|clean|close|commit|connect|create|delete|destroy|disconnect|drain|drop|emit|end|ensure|exec|execute|finish|flush|init|initialize|insert|install|join|leave|lock|log|login|merge|migrate|move|next|open|patch|ping|pop|post|prepare|publish|pull|push|put|read|receive|record|register|release|remove|rename|reset|restart|retry|rollback|run|save|seed|send|set|setup|shift|sleep|start|step|stop|store|submit|subscribe|sync|take|teardown|test|update|upload|upsert|validate|verify|wait|warm|write)(?![a-z])/;

/** Whether the call gets only plain values, and nothing tells that its order matters. */
export function readsOnly(node: TSESTree.CallExpression, sourceCode: Readonly<TSESLint.SourceCode>): boolean {
  const callee = unwrap(node.callee);
  if (node.optional || !node.arguments.every((argument) => isPlain(argument))) return false;
  if (callee.type === AST_NODE_TYPES.Identifier) {
    const definition = variableOf(callee, sourceCode)?.defs[0]?.type;
    return definition !== "Parameter" && !CHANGES.test(callee.name);
  }
  if (callee.type !== AST_NODE_TYPES.MemberExpression || !isPlain(callee.object)) return false;
  return LOOKS.test(propertyName(callee) ?? "");
}

/** Whether two calls get an object in common, through which one could see what the other does; or are the same call. */
export function sharesObject(
  one: TSESTree.Expression,
  other: TSESTree.Expression,
  oracle: Oracle,
  sourceCode: Readonly<TSESLint.SourceCode>,
): boolean {
  if (one.type !== AST_NODE_TYPES.CallExpression || other.type !== AST_NODE_TYPES.CallExpression) return true;
  if (sourceCode.getText(one) === sourceCode.getText(other)) return true;
  const objects = new Set(
    one.arguments.filter((it) => !oracle.isPrimitive(it)).flatMap((it) => [...namesIn(it, sourceCode)]),
  );
  return other.arguments.some(
    (it) => !oracle.isPrimitive(it) && [...namesIn(it, sourceCode)].some((name) => objects.has(name)),
  );
}

function isPlain(node: TSESTree.Node): boolean {
  const bare = unwrap(node);
  switch (bare.type) {
    case AST_NODE_TYPES.Identifier:
    case AST_NODE_TYPES.Literal:
    case AST_NODE_TYPES.ThisExpression:
      return true;
    case AST_NODE_TYPES.MemberExpression:
      return !bare.computed && isPlain(bare.object);
    case AST_NODE_TYPES.BinaryExpression:
      return isPlain(bare.left) && isPlain(bare.right);
    case AST_NODE_TYPES.TemplateLiteral:
      return bare.expressions.every((it) => isPlain(it));
    default:
      return false;
  }
}

/** The names of variables in an expression or a pattern. */
export function namesIn(node: TSESTree.Node, sourceCode: Readonly<TSESLint.SourceCode>): Set<string> {
  const names = new Set<string>();
  const visit = (at: TSESTree.Node): void => {
    if (at.type === AST_NODE_TYPES.Identifier) names.add(at.name);
    if (at.type === AST_NODE_TYPES.ThisExpression) names.add("this");
    for (const key of sourceCode.visitorKeys[at.type] ?? []) {
      if (
        key === "typeAnnotation" ||
        (key === "property" && at.type === AST_NODE_TYPES.MemberExpression && !at.computed)
      )
        continue;
      const child = at[key as keyof TSESTree.Node] as unknown as
        | TSESTree.Node
        | (TSESTree.Node | null)[]
        | null
        | undefined;
      for (const it of Array.isArray(child) ? child : [child]) if (it) visit(it);
    }
  };
  visit(node);
  return names;
}
