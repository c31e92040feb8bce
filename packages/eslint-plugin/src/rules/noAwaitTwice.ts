/** A coroutine is used once. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { variableOf } from "../analysis/imports.js";
import { functionAround, isFunction, isLoop, propertyName, unwrap } from "../analysis/nodes.js";
import { oracleFor } from "../analysis/oracle.js";
import { Paths } from "../analysis/paths.js";
import { givenTo, suggestions } from "../analysis/remedies.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "twice" | "loop" | "shareTask";
type Variable = TSESLint.Scope.Variable;

/** Functions of tsyncio that take coroutines, and run them. */
const TAKERS: ReadonlySet<string> = new Set([
  "any",
  "asCompleted",
  "createTask",
  "ensureFuture",
  "gather",
  "race",
  "run",
  "shield",
  "wait",
  "waitFor",
]);

/** Statements behind which nothing runs, as the last of a `catch` block. */
const ENDINGS: ReadonlySet<string> = new Set([
  AST_NODE_TYPES.BreakStatement,
  AST_NODE_TYPES.ReturnStatement,
  AST_NODE_TYPES.ThrowStatement,
]);

export const noAwaitTwice: Rule<Messages> = createRule<[], Messages>({
  name: "no-await-twice",
  meta: {
    type: "problem",
    docs: {
      description: "Report coroutines that are awaited twice on one path, or in a loop",
      recommended: "error",
      withoutTypes:
        "It knows the functions of the file itself and those of tsyncio, and none that come from other files.",
    },
    hasSuggestions: true,
    messages: {
      twice:
        "The coroutine '{{name}}' is used up: it was awaited in line {{line}}. A coroutine runs once; to await its result twice, share a task: `const {{name}} = createTask(…)`.",
      loop: "The coroutine '{{name}}' is awaited in each round, and used up after the first. Make it in the loop, or share a task: `const {{name}} = createTask(…)`.",
      shareTask: "Share a task: `{{code}}`.",
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);
    const stack: Paths<Variable>[] = [];

    /** The variable, if the name stands for a coroutine for certain. */
    function coroutineVariable(node: TSESTree.Node): Variable | undefined {
      const bare = unwrap(node);
      if (bare.type !== AST_NODE_TYPES.Identifier) return undefined;
      const variable = variableOf(bare, sourceCode);
      if (variable === undefined) return undefined;
      return oracle.hasCoroutineType(bare) || madeOnce(variable) !== undefined ? variable : undefined;
    }

    /** The call by which a constant was made, if that gives a coroutine. */
    function madeOnce(variable: Variable): TSESTree.Node | undefined {
      const definition = variable.defs.length === 1 ? variable.defs[0]?.node : undefined;
      if (definition?.type !== AST_NODE_TYPES.VariableDeclarator || definition.parent.kind !== "const")
        return undefined;
      if (definition.id.type !== AST_NODE_TYPES.Identifier || definition.init === null) return undefined;
      const isCall = unwrap(definition.init).type === AST_NODE_TYPES.CallExpression;
      return isCall && oracle.isCoroutine(definition.init) ? definition.init : undefined;
    }

    function use(node: TSESTree.Node | null): void {
      const subject = node === null ? undefined : coroutineVariable(node);
      if (node !== null && subject !== undefined) stack.at(-1)?.note({ subject, begins: false, node });
    }

    function begin(node: TSESTree.Node): void {
      for (const subject of sourceCode.getDeclaredVariables?.(node) ?? []) {
        stack.at(-1)?.note({ subject, begins: true, node });
      }
    }

    /**
     * Whether the await stands in a `try` in a loop around which the coroutine was made, and the loop goes on after its failure. Code
     * paths know that a call can throw; of an await they do not.
     */
    function isTriedAgain(node: TSESTree.Node, variable: Variable): boolean {
      const [definition] = variable.defs;
      const isOnlyOne = variable.references.filter((it) => it.isWrite()).length <= 1;
      if (definition === undefined || !isOnlyOne) return false;
      let goesOn = false;
      for (let at = node; at.parent && !isFunction(at); at = at.parent) {
        const { parent } = at;
        if (parent.type === AST_NODE_TYPES.TryStatement && parent.block === at && parent.handler !== null) {
          goesOn ||= !ENDINGS.has(parent.handler.body.body.at(-1)?.type ?? "");
        }
        const isOutside = definition.node.range[0] < parent.range[0] || definition.node.range[1] > parent.range[1];
        if (goesOn && isOutside && isLoop(parent)) return true;
      }
      return false;
    }

    function report([first, second]: readonly [
      { node: TSESTree.Node },
      { node: TSESTree.Node; subject: Variable },
    ]): void {
      const { node, subject } = second;
      const made = madeOnce(subject);
      const task = made && givenTo("createTask", { sourceCode, oracle }, made);
      context.report({
        node,
        messageId: first.node === node ? "loop" : "twice",
        data: { name: subject.name, line: first.node.loc.start.line },
        suggest: suggestions<"shareTask">(["shareTask", task]),
      });
    }

    return {
      onCodePathStart: () => {
        stack.push(new Paths());
      },
      onCodePathSegmentStart: (segment: TSESLint.CodePathSegment) => stack.at(-1)?.enter(segment),
      onCodePathSegmentEnd: (segment: TSESLint.CodePathSegment) => stack.at(-1)?.leave(segment),
      onCodePathEnd(): void {
        const reported = new Set<TSESTree.Node>();
        for (const pair of stack.pop()?.repetitions(isTriedAgain) ?? []) {
          if (reported.has(pair[1].node)) continue;
          reported.add(pair[1].node);
          report(pair);
        }
      },
      "VariableDeclarator:exit": begin,
      "AssignmentExpression:exit"(node: TSESTree.AssignmentExpression): void {
        const subject = node.left.type === AST_NODE_TYPES.Identifier ? variableOf(node.left, sourceCode) : undefined;
        if (subject !== undefined) stack.at(-1)?.note({ subject, begins: true, node });
      },
      "AwaitExpression:exit": (node: TSESTree.AwaitExpression) => use(node.argument),
      "YieldExpression:exit": (node: TSESTree.YieldExpression) => use(node.argument),
      "ReturnStatement:exit"(node: TSESTree.ReturnStatement): void {
        if (functionAround(node)?.async) use(node.argument);
      },
      "CallExpression:exit"(node: TSESTree.CallExpression): void {
        const callee = unwrap(node.callee);
        const name =
          oracle.exportedAs(callee) ??
          (callee.type === AST_NODE_TYPES.MemberExpression ? propertyName(callee) : undefined);
        if (name === undefined || !TAKERS.has(name)) return;
        // What is given twice to one function is one for it.
        const given = new Map<unknown, TSESTree.Node>();
        for (const argument of node.arguments) {
          const list = argument.type === AST_NODE_TYPES.ArrayExpression ? argument.elements : [argument];
          for (const it of list) if (it !== null) given.set(coroutineVariable(it) ?? it, it);
        }
        for (const it of given.values()) use(it);
      },
    } as TSESLint.RuleListener;
  },
});
