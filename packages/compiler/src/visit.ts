/** The second walk: each node is handed to the part of the pass that edits it, after its children. */
import { eachChild, type FunctionNode, type Node } from "./ast.js";
import { lowerAwait, lowerReturn, lowerYield } from "./awaits.js";
import { type Holder, lowerFunction, prepareFunction } from "./functions.js";
import { lowerForAwait } from "./loops.js";
import type { Pass } from "./pass.js";
import { isUsing, lowerBlock, lowerForOfUsing, lowerForUsing } from "./resources.js";
import {
  lowerArguments,
  lowerNewSuper,
  lowerNewTarget,
  lowerSuperCall,
  lowerSuperMember,
  lowerSuperTag,
  lowerThis,
  refuseDeletedSuper,
} from "./supers.js";

/** Edits one node, after its children. */
export function visit(pass: Pass, node: Node | null): void {
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
      // A line that began with `await` would begin with a parenthesis, which continues the line before.
      if (pass.stepping && pass.context.isLowered && pass.source.startsWith("await", node.start))
        pass.wrap(node, "0, ", "");
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
    case "NewExpression":
      lowerNewSuper(pass, node);
      break;
    case "UnaryExpression":
      if (node.operator === "delete") refuseDeletedSuper(pass, node);
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
  prepareFunction(pass, node);
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
  if (node.name === "yield" && pass.context.isLowered) {
    throw pass.error(
      "`yield` cannot be a name in an async function, which is lowered to a generator; rename it",
      node.start,
    );
  }
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
