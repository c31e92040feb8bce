/** Callbacks that are coroutine functions, given to somebody who drops what they return. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { type Callback, callbackOf, isStatement } from "../analysis/callbacks.js";
import { awaitWord } from "../analysis/coroutineBody.js";
import { type Import, importOf } from "../analysis/imports.js";
import { isFunction, unwrap } from "../analysis/nodes.js";
import { oracleFor } from "../analysis/oracle.js";
import { inShort, type Remedy, suggestions } from "../analysis/remedies.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "dropped" | "executor" | "misread" | "listed" | "suggest";
type Call = TSESTree.CallExpression | TSESTree.NewExpression;

export const noAsyncCallbackDropped: Rule<Messages> = createRule<[], Messages>({
  name: "no-async-callback-dropped",
  meta: {
    type: "problem",
    docs: {
      description: "Report coroutine functions given as callbacks to those who drop what a callback returns",
      recommended: "error",
      withoutTypes: "It knows who drops the result by the name alone: `setTimeout`, `forEach`, `on` and their like.",
    },
    hasSuggestions: true,
    messages: {
      dropped: "{{taker}} drops what its callback returns, so the coroutine never runs. Write `{{code}}`.",
      executor:
        "`new Promise` drops what its function returns, so the coroutine never runs. Await in a coroutine function, without a `new Promise`.",
      misread:
        "{{taker}}() takes the coroutine that its callback returns for a value, and nobody runs it. Await first, and choose then.",
      listed: "Nobody awaits the coroutines of this array, so none of them runs. Write `{{code}}`.",
      suggest: "Write `{{code}}`.",
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);

    function check(node: Call): void {
      const named = callbackOf(node);
      if (named !== undefined && named.fate !== "dropped") {
        const list = (unwrap(node.callee) as TSESTree.MemberExpression).object;
        if (oracle.isArray(list) !== false && oracle.isCoroutineFunction(named.node)) report(node, named);
        return;
      }
      for (const argument of node.arguments) {
        if (argument.type === AST_NODE_TYPES.SpreadElement || !mayBeFunction(argument)) continue;
        const isDropped = oracle.isResultDropped(argument) ?? named?.node === argument;
        if (isDropped && oracle.isCoroutineFunction(argument)) {
          report(node, { node: argument, fate: "dropped", taker: named?.taker ?? takerOf(node) });
        }
      }
    }

    function report(node: Call, { node: callback, fate, taker }: Callback): void {
      const isExecutor = node.type === AST_NODE_TYPES.NewExpression && taker === "new Promise";
      const remedies =
        fate === "dropped" && !isExecutor
          ? [asTask(callback), taker === "forEach" ? gathered(node, callback) : undefined]
          : [fate === "listed" ? gathered(node, callback) : undefined];
      const suggest = suggestions<"suggest">(...remedies.map((remedy) => ["suggest", remedy] as const));
      context.report({
        node: callback,
        messageId: isExecutor ? "executor" : fate,
        data: { taker, code: suggest[0]?.data.code ?? (fate === "listed" ? "await gather(…)" : "() => createTask(…)") },
        suggest,
      });
    }

    /** `() => createTask(f())` */
    function asTask(callback: TSESTree.Node): Remedy | undefined {
      const imported = importOf("createTask", "tsyncio", callback, sourceCode);
      if (imported === undefined) return undefined;
      const made = wrapped(unwrap(callback), imported);
      if (made === undefined) return undefined;
      const fix: TSESLint.ReportFixFunction = (fixer) => [
        ...imported.fix(fixer),
        fixer.replaceText(callback, made.text),
      ];
      return { code: made.code, fix };
    }

    function wrapped(callback: TSESTree.Node, { local }: Import): { text: string; code: string } | undefined {
      if (callback.type === AST_NODE_TYPES.CallExpression) return undefined;
      if (!isFunction(callback)) {
        const parameters = oracle.parametersOf(callback)?.join(", ") ?? "...args";
        const text = `(${parameters}) => ${local}(${sourceCode.getText(callback)}(${parameters}))`;
        return { text, code: text };
      }
      if (callback.type !== AST_NODE_TYPES.ArrowFunctionExpression || callback.typeParameters) return undefined;
      const arrow = sourceCode.getTokenBefore(callback.body, ({ value }) => value === "=>")!;
      const body = sourceCode.text.slice(arrow.range[1], callback.range[1]).trim();
      const parameters = parametersText(callback);
      if (!callback.async) {
        if (callback.body.type === AST_NODE_TYPES.BlockStatement) return undefined;
        const text = `${parameters} => ${local}(${body})`;
        return { text, code: text };
      }
      const result = callback.returnType ? sourceCode.getText(callback.returnType) : "";
      const text = `${parameters} => ${local}((async ()${result} => ${body})())`;
      return { text, code: `${parameters} => ${local}((async () => …)())` };
    }

    function parametersText({ params }: TSESTree.ArrowFunctionExpression): string {
      const [first] = params;
      const last = params.at(-1);
      return first && last ? `(${sourceCode.text.slice(first.range[0], last.range[1])})` : "()";
    }

    /** `await gather(list.map(f))` */
    function gathered(node: Call, callback: TSESTree.Node): Remedy | undefined {
      const word = awaitWord(node, oracle);
      const whole = node.parent.type === AST_NODE_TYPES.ChainExpression ? node.parent : node;
      const imported = importOf("gather", "tsyncio", node, sourceCode);
      const callee = unwrap(node.callee);
      if (word === undefined || imported === undefined || !isStatement(node)) return undefined;
      if (callee.type !== AST_NODE_TYPES.MemberExpression || callee.optional || whole !== node) return undefined;
      if (oracle.isArray(callee.object) === false || whole.parent.type !== AST_NODE_TYPES.ExpressionStatement)
        return undefined;
      const list = sourceCode.getText(callee.object);
      const text = `${word} ${imported.local}(${list}.map(${sourceCode.getText(callback)}))`;
      const code = isFunction(callback) ? `${word} ${imported.local}(${inShort(list)}.map(…))` : text;
      return { code, fix: (fixer) => [...imported.fix(fixer), fixer.replaceText(whole, text)] };
    }

    function takerOf(node: Call): string {
      const callee = unwrap(node.callee);
      const name = callee.type === AST_NODE_TYPES.MemberExpression ? callee.property : callee;
      return name.type === AST_NODE_TYPES.Identifier ? name.name : "This call";
    }

    return { CallExpression: check, NewExpression: check };
  },
});

/** A call, an object or a literal is no callback: asking for its type would only take time. */
function mayBeFunction(node: TSESTree.Node): boolean {
  const bare = unwrap(node);
  return (
    isFunction(bare) ||
    bare.type === AST_NODE_TYPES.Identifier ||
    bare.type === AST_NODE_TYPES.MemberExpression ||
    bare.type === AST_NODE_TYPES.CallExpression
  );
}
