/** `yield coro` in the generator form. */
import type { TSESTree } from "@typescript-eslint/utils";
import { isCoroutineGenerator } from "../analysis/coroutineBody.js";
import { importOf } from "../analysis/imports.js";
import { functionAround } from "../analysis/nodes.js";
import { oracleFor } from "../analysis/oracle.js";
import { inShort } from "../analysis/remedies.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "untyped" | "promise" | "unknown" | "noAwaitable" | "nothing" | "suggest";

export const requireYieldStar: Rule<Messages> = createRule<[], Messages>({
  name: "require-yield-star",
  meta: {
    type: "problem",
    docs: {
      description: "Require `yield*` in the generators of `coroutine()`",
      recommended: "error",
      withoutTypes:
        "It suggests the star where it would otherwise add it, unless it sees that the value is a coroutine.",
    },
    fixable: "code",
    hasSuggestions: true,
    messages: {
      untyped: "`yield` gives a value without a type; `yield*` awaits with one. Write `{{code}}`.",
      promise: "`yield` gives a value without a type, and a promise has no `yield*` of its own. Write `{{code}}`.",
      unknown: "A coroutine awaits by `yield*`. Write `{{code}}`.",
      noAwaitable:
        "What a coroutine yields goes to the loop, which can await only awaitables: this is a TypeError. Remove the `yield`.",
      nothing:
        "`yield` without a value is a TypeError in a coroutine. To let other tasks run, write `yield* sleep(0)`.",
      suggest: "Write `{{code}}`.",
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);
    return {
      "YieldExpression[delegate=false]"(node: TSESTree.YieldExpression): void {
        const around = functionAround(node);
        if (around === undefined || !isCoroutineGenerator(around, oracle)) return;
        if (node.argument === null) {
          context.report({ node, messageId: "nothing" });
          return;
        }
        const argument = node.argument;
        const text = sourceCode.getText(argument);
        const star = { code: inShort(`yield* ${text}`, 60) };
        const keyword = sourceCode.getFirstToken(node)!;
        const addStar = { fix: (fixer: Fixer) => fixer.insertTextAfter(keyword, "*") };
        const isAwaitable = oracle.isAwaitable(argument);
        if (oracle.hasCoroutineType(argument) || (isAwaitable && oracle.isIterable(argument))) {
          context.report({ node, messageId: "untyped", data: star, ...addStar });
        } else if (isAwaitable) {
          const until = importOf("until", "tsyncio", node, sourceCode);
          const data = { code: inShort(`yield* until(${text})`, 60) };
          const fix = (fixer: Fixer) => [...until!.fix(fixer), fixer.replaceText(node, `yield* until(${text})`)];
          context.report({ node, messageId: "promise", data, ...(until === undefined ? {} : { fix }) });
        } else if (isAwaitable === false) {
          context.report({ node, messageId: "noAwaitable" });
        } else {
          const suggest = [{ messageId: "suggest", data: star, ...addStar }] as const;
          context.report({ node, messageId: "unknown", data: star, suggest });
        }
      },
    };
  },
});

type Fixer = Parameters<import("@typescript-eslint/utils").TSESLint.ReportFixFunction>[0];
