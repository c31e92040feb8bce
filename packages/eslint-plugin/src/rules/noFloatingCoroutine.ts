/** The forgotten `await`. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { awaitWord, isTopLevel } from "../analysis/coroutineBody.js";
import { droppedValues } from "../analysis/dropped.js";
import { propertyName, unwrap } from "../analysis/nodes.js";
import { type Oracle, oracleFor } from "../analysis/oracle.js";
import { awaited, givenTo, inShort, type Patient, suggestions } from "../analysis/remedies.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "floating" | "floatingList" | "voided" | "chained" | "unused" | "unusedList" | "condition" | "suggest";

interface Options {
  /** Whether `void f()` is taken for an answer. Default: no, for nothing runs f then. */
  readonly allowVoid?: boolean;
  /** Whether variables are looked at that hold a coroutine and are never read. Default: yes. */
  readonly checkVariables?: boolean;
  /** Whether conditions are looked at. Default: yes. */
  readonly checkConditions?: boolean;
}

export const noFloatingCoroutine: Rule<Messages, [Options]> = createRule<[Options], Messages>({
  name: "no-floating-coroutine",
  meta: {
    type: "problem",
    docs: {
      description: "Report coroutines that are made and neither awaited nor given to anybody",
      recommended: "error",
      withoutTypes:
        "It knows the functions of the file itself and those of tsyncio, and none that come from other files.",
    },
    hasSuggestions: true,
    messages: {
      floating: "Nobody awaits this coroutine, so {{what}} never runs. Write `{{code}}`.",
      floatingList: "Nobody awaits these coroutines, so none of them runs. Write `{{code}}`.",
      voided: "`void` does not run a coroutine: {{what}} never runs. Write `{{code}}`.",
      chained:
        "`.{{method}}()` runs this coroutine as a task that nobody awaits, and nothing takes its failure. Write `{{code}}`.",
      unused: "'{{name}}' holds a coroutine that nobody awaits, so {{what}} never runs. Write `{{code}}`.",
      unusedList: "'{{name}}' holds coroutines that nobody awaits, so none of them runs. Write `{{code}}`.",
      condition: "A coroutine that nobody awaits is always true, and {{what}} never runs. Write `{{code}}`.",
      suggest: "Write `{{code}}`.",
    },
    schema: [
      {
        type: "object",
        additionalProperties: false,
        properties: {
          allowVoid: { type: "boolean", description: "Accept `void f()`. Default: false." },
          checkVariables: {
            type: "boolean",
            description: "Report variables that hold a coroutine and are never read. Default: true.",
          },
          checkConditions: { type: "boolean", description: "Report coroutines as conditions. Default: true." },
        },
      },
    ],
    defaultOptions: [{ allowVoid: false, checkVariables: true, checkConditions: true }],
  },
  create(context, [options]) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);
    const patient: Patient = { sourceCode, oracle };
    const { allowVoid = false, checkVariables = true, checkConditions = true } = options ?? {};

    function report(node: TSESTree.Node, messageId: Messages, whole: TSESTree.Node, data: object = {}): void {
      const isList = messageId === "floatingList" || messageId === "unusedList";
      const list = isList ? [awaited(patient, node, whole, "gather")] : remediesOf(patient, node, whole);
      const suggest = suggestions<"suggest">(...list.map((remedy) => ["suggest", remedy] as const));
      const code = suggest.map((it) => it.data.code).join("` or `") || advice(patient, node, isList);
      context.report({
        node: whole,
        messageId,
        data: { what: whatRuns(sourceCode, node), code, ...data },
        suggest,
      });
    }

    function checkDropped(expression: TSESTree.Node): void {
      for (const { value, whole, isVoid } of droppedValues(expression)) {
        if ((isVoid && allowVoid) || actsAtOnce(value, oracle)) continue;
        const then = chainedOn(value);
        if (oracle.isCoroutine(value)) report(value, isVoid ? "voided" : "floating", whole);
        else if (then !== undefined && oracle.isCoroutine(then.object)) {
          report(then.object, "chained", whole, { method: then.method });
        } else if (oracle.isCoroutineList(value) && !isMapOfCallback(value)) report(value, "floatingList", whole);
      }
    }

    function checkCondition(node: TSESTree.Node | null): void {
      if (!checkConditions || node === null) return;
      if (node.type === AST_NODE_TYPES.LogicalExpression && node.operator !== "??") {
        // Its left side is looked at where the walk comes to it.
        checkCondition(node.right);
      } else if (node.type === AST_NODE_TYPES.UnaryExpression && node.operator === "!") return;
      else if (isValue(node) && oracle.isCoroutine(node)) report(node, "condition", node);
    }

    function checkVariable(variable: TSESLint.Scope.Variable): void {
      if (variable.defs.length !== 1 || variable.references.some((it) => it.isRead())) return;
      const [definition] = variable.defs;
      if (definition?.node.type !== AST_NODE_TYPES.VariableDeclarator || isExported(definition.node)) return;
      for (const { writeExpr } of variable.references) {
        if (!writeExpr || !isValue(writeExpr)) continue;
        const isItsValue =
          writeExpr.parent?.type === AST_NODE_TYPES.AssignmentExpression || writeExpr.parent === definition.node;
        if (!isItsValue || definition.node.id.type !== AST_NODE_TYPES.Identifier) continue;
        if (oracle.isCoroutine(writeExpr)) report(writeExpr, "unused", writeExpr, { name: variable.name });
        else if (oracle.isCoroutineList(writeExpr)) report(writeExpr, "unusedList", writeExpr, { name: variable.name });
      }
    }

    return {
      ExpressionStatement: (node) => checkDropped(node.expression),
      // The last value of a comma is looked at by whoever takes it.
      SequenceExpression: (node) => {
        for (const expression of node.expressions.slice(0, -1)) checkDropped(expression);
      },
      ForStatement(node) {
        if (node.init !== null && node.init.type !== AST_NODE_TYPES.VariableDeclaration) checkDropped(node.init);
        if (node.update !== null) checkDropped(node.update);
        checkCondition(node.test);
      },
      IfStatement: (node) => checkCondition(node.test),
      WhileStatement: (node) => checkCondition(node.test),
      DoWhileStatement: (node) => checkCondition(node.test),
      ConditionalExpression: (node) => checkCondition(node.test),
      LogicalExpression(node) {
        if (node.operator !== "??") checkCondition(node.left);
      },
      "UnaryExpression[operator='!']": (node: TSESTree.UnaryExpression) => {
        if (checkConditions && isValue(node.argument) && oracle.isCoroutine(node.argument))
          report(node.argument, "condition", node.argument);
      },
      "Program:exit"(): void {
        if (!checkVariables) return;
        for (const scope of sourceCode.scopeManager?.scopes ?? []) for (const it of scope.variables) checkVariable(it);
      },
    };
  },
});

/** Calls, and what chooses between them: a name would be reported where it was made. */
function isValue(node: TSESTree.Node): boolean {
  const bare = unwrap(node);
  return bare.type !== AST_NODE_TYPES.Identifier && bare.type !== AST_NODE_TYPES.MemberExpression;
}

/** A chain on a promise that leaves its failure to nobody. */
function chainedOn(node: TSESTree.Node): { object: TSESTree.Node; method: string } | undefined {
  const bare = unwrap(node);
  if (bare.type !== AST_NODE_TYPES.CallExpression || bare.callee.type !== AST_NODE_TYPES.MemberExpression)
    return undefined;
  const method = propertyName(bare.callee);
  const isOpen = method === "finally" || (method === "then" && bare.arguments.length < 2);
  return isOpen ? { object: bare.callee.object, method } : undefined;
}

/** What does its work when it is called, and gives a coroutine to those who wait for its end. */
function actsAtOnce(node: TSESTree.Node, oracle: Oracle): boolean {
  const bare = unwrap(node);
  if (bare.type !== AST_NODE_TYPES.CallExpression || bare.callee.type !== AST_NODE_TYPES.MemberExpression) return false;
  return propertyName(bare.callee) === "return" && oracle.isInstance(bare.callee.object, "EventStream");
}

/** `list.map(async …)` is for the rule on callbacks. */
function isMapOfCallback(node: TSESTree.Node): boolean {
  const bare = unwrap(node);
  if (bare.type !== AST_NODE_TYPES.CallExpression || bare.callee.type !== AST_NODE_TYPES.MemberExpression) return false;
  return propertyName(bare.callee) === "map";
}

function remediesOf(patient: Patient, node: TSESTree.Node, whole: TSESTree.Node): ReturnType<typeof awaited>[] {
  const isAtTop = isTopLevel(node);
  const { parent } = whole;
  // A task is nothing that `using` could release.
  if (parent?.type === AST_NODE_TYPES.VariableDeclarator && parent.parent.kind.endsWith("using")) {
    return [awaited(patient, node, whole)];
  }
  return [
    awaited(patient, node, whole),
    isAtTop ? awaited(patient, node, whole, "run") : givenTo("createTask", patient, node, whole),
  ];
}

/** What to write where no edit can be offered. */
function advice({ sourceCode, oracle }: Patient, node: TSESTree.Node, isList: boolean): string {
  const text = sourceCode.getText(node);
  const given = isList ? `gather(${text})` : text;
  return inShort(`${awaitWord(node, oracle) ?? "await"} ${given}`, 60);
}

function whatRuns(sourceCode: Readonly<TSESLint.SourceCode>, node: TSESTree.Node): string {
  const bare = unwrap(node);
  if (bare.type !== AST_NODE_TYPES.CallExpression) return "it";
  const isNamed =
    bare.callee.type === AST_NODE_TYPES.Identifier || bare.callee.type === AST_NODE_TYPES.MemberExpression;
  const name = sourceCode.getText(bare.callee);
  return isNamed && name.length <= 40 && !name.includes("\n") ? `'${name}'` : "it";
}

function isExported(node: TSESTree.VariableDeclarator): boolean {
  return node.parent.parent.type === AST_NODE_TYPES.ExportNamedDeclaration;
}
