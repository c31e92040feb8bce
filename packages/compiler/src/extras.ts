import type { Names } from "./names.js";
import type { FunctionContext } from "./scopes.js";

/** The parameters that the pass puts in front of the user's own, and what the outer function passes for them. */
export interface ExtraParameters {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/**
 * What a generator function cannot see by itself (`super`, and for an arrow function the `arguments` and `new.target` of
 * the function around it), it gets as parameters. So one generator function serves every call, and nothing is looked up
 * where it is not used.
 *
 * Reading `super.x` goes through `$super("x")`. Only where something is also written to, `$super` is a proxy, which
 * makes `super.x += 1`, `[super.x] = list` and all other forms plain property accesses.
 */
export function extraParameters(context: FunctionContext, names: Names): ExtraParameters {
  const { extras } = context;
  const list: [name: string, value: string][] = [];
  if (extras.arguments) {
    const name = names.given("arguments");
    list.push([name, argumentsAround(context, name)]);
  }
  if (extras.newTarget) list.push([names.given("newTarget"), "new.target"]);
  if (extras.superWrite) list.push([names.given("super"), PROXY]);
  else if (extras.superRead) list.push([names.given("super"), "(key) => super[key]"]);
  if (extras.superCall) {
    list.push([names.given("construct"), "(...list) => super(...list)"]);
    list.push([names.given("this"), "() => this"]);
  }
  return { names: list.map(([name]) => name), values: list.map(([, value]) => value) };
}

/** What the `arguments` of a function are called where the function around it, or the outer function itself, passes them on. */
function argumentsAround(context: FunctionContext, name: string): string {
  const { home } = context;
  if (home.parent === null) return 'typeof arguments === "object" ? arguments : void 0';
  return home !== context && home.extras.arguments ? name : "arguments";
}

const PROXY =
  "new Proxy({}, { get: (_, key) => super[key], set: (_, key, value) => { super[key] = value; return true; } })";
