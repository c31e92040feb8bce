/** Types, as far as tsyncio is concerned. */
import { dirname } from "node:path";
import ts from "typescript";
import { packageOf } from "./packageOf.js";

/** Whether some value of the type is an instance of a class of tsyncio. */
export function someInstance(checker: ts.TypeChecker, type: ts.Type, names: readonly string[]): boolean {
  if (type.isUnion()) return type.types.some((member) => someInstance(checker, member, names));
  return isInstance(checker, type, names);
}

/** Whether every value of the type that is not null or undefined is an instance of a class of tsyncio. */
export function everyInstance(checker: ts.TypeChecker, type: ts.Type, names: readonly string[]): boolean {
  const given = checker.getNonNullableType(type);
  if (given.isUnion()) return given.types.every((member) => isInstance(checker, member, names));
  return isInstance(checker, given, names);
}

function isInstance(checker: ts.TypeChecker, type: ts.Type, names: readonly string[]): boolean {
  if (type.isIntersection()) return type.types.some((member) => isInstance(checker, member, names));
  if (type.flags & ts.TypeFlags.TypeParameter) {
    const bound = checker.getBaseConstraintOfType(type);
    return bound !== undefined && bound !== type && someInstance(checker, bound, names);
  }
  const symbol = type.getSymbol();
  if (symbol === undefined) return false;
  if (names.includes(symbol.name) && isOfTsyncio(symbol)) return true;
  const target = (type as ts.TypeReference).target ?? type;
  return target.isClassOrInterface() && checker.getBaseTypes(target).some((base) => isInstance(checker, base, names));
}

/** Whether tsyncio declares what the symbol stands for. */
export function isOfTsyncio(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some((it) => packageOf(dirname(it.getSourceFile().fileName)) === "tsyncio") === true;
}

/** Whether the type has `then`; `undefined` where nothing is known of it. */
export function isThenable(checker: ts.TypeChecker, type: ts.Type): boolean | undefined {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return undefined;
  if (type.isUnion()) {
    const answers = type.types.map((member) => isThenable(checker, member));
    return answers.includes(true) || (answers.includes(undefined) ? undefined : false);
  }
  return checker.getPropertyOfType(checker.getApparentType(type), "then") !== undefined;
}
