/**
 * `this`, `arguments`, `new.target` and `super` inside generators that stand where an arrow function or a method stood.
 * What they become is told in `extras.ts`.
 */
import type { CallExpression, NewExpression, Node, TaggedTemplateExpression, UnaryExpression } from "oxc-parser";
import { isSuperMember } from "./ast.js";
import type { Pass } from "./pass.js";

/** `this` needs an edit only in an arrow that may call `super()`, where `this` does not exist before that. */
export function lowerThis(pass: Pass, node: Node): void {
  const text = pass.thisText();
  if (text !== "this") pass.replace(node.start, node.end, text);
}

/** `arguments`, where the generator's own are not those of the function that the user wrote. */
export function lowerArguments(pass: Pass, node: Node, isShorthand: boolean): void {
  if (pass.context.outermostArrow === null && !pass.context.home.extras.arguments) return;
  const name = pass.names.given("arguments");
  pass.replace(node.start, node.end, isShorthand ? `arguments: ${name}` : name);
}

/** `new.target` of the function around a lowered arrow. */
export function lowerNewTarget(pass: Pass, node: Node): void {
  if (pass.context.outermostArrow !== null) pass.replace(node.start, node.end, pass.names.given("newTarget"));
}

/** `super.x` and `super[x]`. */
export function lowerSuperMember(pass: Pass, node: Extract<Node, { type: "MemberExpression" }>): void {
  const bringer = pass.context.superBringer;
  if (bringer === null) return;
  const { object, property } = node;
  const name = pass.names.given("super");
  if (bringer.extras.superWrite) {
    pass.replace(object.start, object.end, name);
  } else if (node.computed) {
    pass.replace(object.start, property.start, `${name}(`);
    pass.replace(property.end, node.end, ")");
  } else {
    pass.replace(object.start, property.start, `${name}(`);
    pass.wrap(property, '"', '")');
  }
}

/** `super(…)`, and a call of `super.x`, whose `this` is the caller's. */
export function lowerSuperCall(pass: Pass, node: CallExpression): void {
  if (pass.context.superBringer === null) return;
  if (node.callee.type === "Super") {
    pass.replace(node.callee.start, node.callee.end, pass.names.given("construct"));
  } else if (isSuperMember(node.callee)) {
    const open = pass.find("(", node.typeArguments?.end ?? node.callee.end);
    if (node.typeArguments) pass.replace(node.typeArguments.start, node.typeArguments.end, "");
    const comma = node.arguments.length > 0 ? ", " : "";
    pass.replace(open, open + 1, `${node.optional ? "" : "."}call(${pass.thisText()}${comma}`);
  }
}

/** A template whose tag is `super.x`. */
export function lowerSuperTag(pass: Pass, node: TaggedTemplateExpression): void {
  if (pass.context.superBringer === null || !isSuperMember(node.tag)) return;
  pass.wrap(node.tag, "", `.bind(${pass.thisText()})`);
}

/** `new super.A()` and `new super.a.B()`: `super.a` has become a call, whose parentheses would be taken for those of `new`. */
export function lowerNewSuper(pass: Pass, node: NewExpression): void {
  if (pass.context.superBringer === null) return;
  let { callee } = node;
  while (callee.type === "MemberExpression" && callee.object.type !== "Super") callee = callee.object;
  if (callee.type === "MemberExpression") pass.wrap(callee, "(", ")");
}

/** In the generator it would delete nothing, where the language always throws. */
export function refuseDeletedSuper(pass: Pass, node: UnaryExpression): void {
  if (pass.context.superBringer === null || !isSuperMember(node.argument)) return;
  throw pass.error("`delete` of a property of `super` always throws a ReferenceError", node.start);
}
