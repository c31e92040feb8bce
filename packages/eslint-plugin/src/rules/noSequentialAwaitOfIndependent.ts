/** Coroutines that run one after the other, and could run at once. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { isCoroutineBody } from "../analysis/coroutineBody.js";
import { importOf, variableOf } from "../analysis/imports.js";
import { namesIn, readsOnly, sharesObject } from "../analysis/independence.js";
import { functionAround, unwrap } from "../analysis/nodes.js";
import { type Oracle, oracleFor } from "../analysis/oracle.js";
import { inShort, type Remedy, suggestions } from "../analysis/remedies.js";
import { createRule, type Rule } from "../analysis/rule.js";

type Messages = "independent" | "made" | "suggest";

/** A statement that awaits one coroutine. */
interface Unit {
  readonly statement: TSESTree.Statement;
  readonly awaiting: TSESTree.AwaitExpression | TSESTree.YieldExpression;
  readonly awaited: TSESTree.Expression;
  /** What gets the result; none where nobody does. */
  readonly target: TSESTree.Node | null;
  /** Whether the coroutine is called here, or was made before. */
  readonly kind: "called" | "made";
}

export const noSequentialAwaitOfIndependent: Rule<Messages> = createRule<[], Messages>({
  name: "no-sequential-await-of-independent",
  meta: {
    type: "suggestion",
    docs: {
      description: "Report coroutines that are awaited one after the other and do not need each other",
      recommended: "warn",
      withoutTypes: "It knows the functions of the file itself, and takes calls that share an argument for dependent.",
    },
    hasSuggestions: true,
    messages: {
      independent:
        "This waits for the line before, whose result it does not need. To run both at once, write `{{code}}`.",
      made: "A coroutine begins when it is awaited: '{{second}}' begins when '{{first}}' has ended. To run both at once, write `{{code}}`.",
      suggest: "Write `{{code}}`.",
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    const oracle = oracleFor(context);

    function check(statements: readonly TSESTree.Statement[]): void {
      let run: Unit[] = [];
      for (const statement of statements) {
        const unit = unitOf(statement, oracle, sourceCode);
        if (unit !== undefined && run.every((earlier) => areIndependent(earlier, unit))) {
          run.push(unit);
          continue;
        }
        report(run);
        run = unit === undefined ? [] : [unit];
      }
      report(run);
    }

    function areIndependent(earlier: Unit, later: Unit): boolean {
      if (earlier.kind !== later.kind) return false;
      if (earlier.kind === "made") return sourceCode.getText(earlier.awaited) !== sourceCode.getText(later.awaited);
      const bound = earlier.target === null ? new Set() : namesIn(earlier.target, sourceCode);
      for (const name of namesIn(later.awaited, sourceCode)) if (bound.has(name)) return false;
      return !sharesObject(earlier.awaited, later.awaited, oracle, sourceCode);
    }

    function report(run: readonly Unit[]): void {
      const [first, second] = run;
      if (first === undefined || second === undefined) return;
      const word = first.awaiting.type === AST_NODE_TYPES.AwaitExpression ? "await" : "yield*";
      const remedy = gathered(run, word);
      context.report({
        node: second.awaiting,
        messageId: first.kind === "made" ? "made" : "independent",
        data: {
          first: inShort(sourceCode.getText(first.awaited)),
          second: inShort(sourceCode.getText(second.awaited)),
          code: inShort(remedy?.code ?? `${word} gather(…)`, 80),
        },
        suggest: suggestions<"suggest">(["suggest", remedy]),
      });
    }

    function gathered(run: readonly Unit[], word: string): Remedy | undefined {
      const first = run[0]!.statement;
      const last = run.at(-1)!.statement;
      const imported = importOf("gather", "tsyncio", first, sourceCode);
      const range = [first.range[0], last.range[1]] as const;
      const isCommented = sourceCode.getAllComments().some((it) => it.range[0] >= range[0] && it.range[1] <= range[1]);
      const isTyped = run.some(({ target }) => target !== null && "typeAnnotation" in target && target.typeAnnotation);
      const targets = run.map(({ target }) => (target === null ? "" : sourceCode.getText(target)));
      if (imported === undefined || isCommented || isTyped) return undefined;
      const left = targets.every((it) => it === "")
        ? ""
        : `const [${targets
            .join(", ")
            .trimEnd()
            .replace(/(, )+$/, "")}] = `;
      const call = `${imported.local}(${run.map(({ awaited }) => sourceCode.getText(awaited)).join(", ")})`;
      const code = `${left}${word} ${call}`;
      const end = sourceCode.getText(last).endsWith(";") ? ";" : "";
      return { code, fix: (fixer) => [...imported.fix(fixer), fixer.replaceTextRange(range, code + end)] };
    }

    return {
      Program: (node) => check(node.body as TSESTree.Statement[]),
      BlockStatement: (node) => check(node.body),
      SwitchCase: (node) => check(node.consequent),
    };
  },
});

function unitOf(
  statement: TSESTree.Statement,
  oracle: Oracle,
  sourceCode: Readonly<TSESLint.SourceCode>,
): Unit | undefined {
  const found = awaitIn(statement);
  if (found === undefined || found.awaiting.argument === null) return undefined;
  const around = functionAround(statement);
  if (around !== undefined && !isCoroutineBody(around, oracle)) return undefined;
  const awaited = unwrap(found.awaiting.argument) as TSESTree.Expression;
  if (awaited.type === AST_NODE_TYPES.Identifier) {
    const made = variableOf(awaited, sourceCode)?.defs[0]?.node;
    if (made?.type !== AST_NODE_TYPES.VariableDeclarator || made.parent.kind !== "const" || !made.init)
      return undefined;
    const isMadeHere = functionAround(made) === around && unwrap(made.init).type === AST_NODE_TYPES.CallExpression;
    return isMadeHere && oracle.isCoroutine(awaited) ? { statement, ...found, awaited, kind: "made" } : undefined;
  }
  if (awaited.type !== AST_NODE_TYPES.CallExpression || found.target === null) return undefined;
  const isOwn = oracle.exportedAs(awaited.callee) === undefined && readsOnly(awaited, sourceCode);
  return isOwn && oracle.isCoroutine(awaited) ? { statement, ...found, awaited, kind: "called" } : undefined;
}

function awaitIn(statement: TSESTree.Statement): Pick<Unit, "awaiting" | "target"> | undefined {
  if (statement.type === AST_NODE_TYPES.ExpressionStatement) {
    return isAwait(statement.expression) ? { awaiting: statement.expression, target: null } : undefined;
  }
  if (statement.type !== AST_NODE_TYPES.VariableDeclaration || statement.kind !== "const") return undefined;
  const [declarator, second] = statement.declarations;
  if (second !== undefined || !declarator?.init || !isAwait(declarator.init)) return undefined;
  return { awaiting: declarator.init, target: declarator.id };
}

function isAwait(node: TSESTree.Node): node is TSESTree.AwaitExpression | TSESTree.YieldExpression {
  return (
    node.type === AST_NODE_TYPES.AwaitExpression || (node.type === AST_NODE_TYPES.YieldExpression && node.delegate)
  );
}
