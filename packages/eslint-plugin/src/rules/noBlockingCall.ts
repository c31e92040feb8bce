/** Calls that hold up the thread, and with it every task. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { type Counterpart, counterpartOf, counterpartOfGlobal } from "../analysis/blocking.js";
import { awaitWord, isCoroutineBody } from "../analysis/coroutineBody.js";
import { importedBy, importOf, variableOf } from "../analysis/imports.js";
import { functionAround, propertyName, unwrap } from "../analysis/nodes.js";
import { oracleFor } from "../analysis/oracle.js";
import { inShort, type Remedy, suggestions } from "../analysis/remedies.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "blocking" | "suggest";

interface Options {
  /** Names of functions that may be called all the same. */
  readonly allow?: readonly string[];
}

export const noBlockingCall: Rule<Messages, [Options]> = createRule<[Options], Messages>({
  name: "no-blocking-call",
  meta: {
    type: "problem",
    docs: {
      description: "Report calls in coroutines that hold up the thread",
      recommended: "error",
    },
    hasSuggestions: true,
    messages: {
      blocking:
        "`{{name}}` holds up the thread: no other task runs until it returns. In a coroutine use {{counterpart}}.",
      suggest: "Write `{{code}}`.",
    },
    schema: [
      {
        type: "object",
        additionalProperties: false,
        properties: {
          allow: {
            type: "array",
            items: { type: "string" },
            description: "Names of functions that may be called, such as `existsSync`. Default: none.",
          },
        },
      },
    ],
    defaultOptions: [{ allow: [] }],
  },
  create(context, [options]) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);
    const allowed = new Set(options?.allow);

    function counterpart(callee: TSESTree.Node): { name: string; counterpart: Counterpart } | undefined {
      const imported = importedBy(callee, sourceCode);
      if (imported !== undefined) {
        const found = counterpartOf(imported.module, imported.name);
        return found && { name: imported.name, counterpart: found };
      }
      const bare = unwrap(callee);
      if (bare.type !== AST_NODE_TYPES.MemberExpression || bare.object.type !== AST_NODE_TYPES.Identifier)
        return undefined;
      const name = propertyName(bare);
      if (name === undefined || (variableOf(bare.object, sourceCode)?.defs.length ?? 0) > 0) return undefined;
      const found = counterpartOfGlobal(bare.object.name, name);
      return found && { name: `${bare.object.name}.${name}`, counterpart: found };
    }

    function promised(node: TSESTree.CallExpression, { same }: Counterpart): Remedy | undefined {
      const word = awaitWord(node, oracle);
      const imported = same && importOf(same.name, same.module, node, sourceCode);
      const until = word === "yield*" ? importOf("until", "tsyncio", node, sourceCode) : undefined;
      if (word === undefined || imported === undefined || (word === "yield*" && until === undefined)) return undefined;
      const from = sourceCode.getTokenAfter(node.typeArguments ?? node.callee)!;
      const call = `${imported.local}${sourceCode.text.slice(from.range[0], node.range[1])}`;
      const code = until === undefined ? `await ${call}` : `yield* ${until.local}(${call})`;
      const { parent } = node;
      const isWhole =
        parent.type === AST_NODE_TYPES.ExpressionStatement ||
        parent.type === AST_NODE_TYPES.VariableDeclarator ||
        parent.type === AST_NODE_TYPES.ReturnStatement ||
        (parent.type === AST_NODE_TYPES.CallExpression && parent.callee !== node);
      const fix: TSESLint.ReportFixFunction = (fixer) => [
        ...imported.fix(fixer),
        ...(until?.fix(fixer) ?? []),
        fixer.replaceText(node, isWhole ? code : `(${code})`),
      ];
      return { code: inShort(code, 60), fix };
    }

    return {
      CallExpression(node) {
        const around = coroutineAround(node);
        if (around === undefined || !isCoroutineBody(around, oracle)) return;
        const found = counterpart(node.callee);
        if (found === undefined || allowed.has(found.name)) return;
        context.report({
          node,
          messageId: "blocking",
          data: { name: found.name, counterpart: found.counterpart.text },
          suggest: suggestions<"suggest">(["suggest", promised(node, found.counterpart)]),
        });
      },
    };
  },
});

const CALLED_AT_ONCE =
  /^(every|filter|find|findIndex|findLast|findLastIndex|flatMap|forEach|map|reduce|reduceRight|some|sort)$/;

/** The function that runs the code: the one around it, or the one that calls it as a callback of an array at once. */
function coroutineAround(node: TSESTree.Node): ReturnType<typeof functionAround> {
  const around = functionAround(node);
  const call = around?.parent;
  const isCallback =
    around?.type === AST_NODE_TYPES.ArrowFunctionExpression &&
    !around.async &&
    call?.type === AST_NODE_TYPES.CallExpression &&
    call.callee.type === AST_NODE_TYPES.MemberExpression &&
    CALLED_AT_ONCE.test(propertyName(call.callee) ?? "");
  return isCallback ? coroutineAround(call) : around;
}
