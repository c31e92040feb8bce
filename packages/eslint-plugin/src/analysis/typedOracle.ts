/**
 * Answers by the types. A `Coroutine` is known by its class. An async function that is lowered declares a `Promise`; so where a type is
 * one, the expression is followed to the function that is called, in whatever file of the program that stands.
 */
import type { ParserServicesWithTypeInformation, TSESTree } from "@typescript-eslint/utils";
import ts from "typescript";
import { everyInstance, isOfTsyncio, isThenable, someInstance } from "./coroutineTypes.js";
import { isLoweredFile } from "./lowered.js";
import type { Oracle } from "./oracle.js";

const COROUTINE = ["Coroutine"];
const LAZY_OR_RUNNING = ["Coroutine", "Future"];
/** Functions that call functions that call functions: further is not looked. */
const DEEPEST = 8;

export class TypedOracle implements Oracle {
  readonly typed = true;
  readonly #checker: ts.TypeChecker;
  readonly #answers: Map<ts.Node, boolean> = new Map();

  constructor(
    program: ts.Program,
    readonly nodes: ParserServicesWithTypeInformation["esTreeNodeToTSNodeMap"],
    readonly lowered: boolean,
    readonly othersLowered: boolean,
  ) {
    this.#checker = program.getTypeChecker();
  }

  isCoroutine(node: TSESTree.Node): boolean {
    return this.#isCoroutine(this.#expression(node), 0);
  }

  hasCoroutineType(node: TSESTree.Node): boolean {
    return everyInstance(this.#checker, this.#type(node), COROUTINE);
  }

  isInstance(node: TSESTree.Node, className: string): boolean {
    return everyInstance(this.#checker, this.#type(node), [className]);
  }

  isCoroutineList(node: TSESTree.Node): boolean {
    const expression = this.#expression(node);
    if (ts.isArrayLiteralExpression(expression)) {
      return expression.elements.some((element) => this.#isCoroutine(element, 0));
    }
    const checker = this.#checker;
    const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const elements = checker.getTypeArguments(type as ts.TypeReference);
      if (elements.some((element) => someInstance(checker, element, COROUTINE))) return true;
      if (!elements.some((element) => isThenable(checker, element))) return false;
      const mapper =
        mapperOf(expression) ?? (ts.isIdentifier(expression) ? mapperOf(this.#initializer(expression)) : undefined);
      return mapper !== undefined && this.#isCoroutineFunction(mapper, 0);
    }
    return false;
  }

  isCoroutineFunction(node: TSESTree.Node): boolean {
    return this.#isCoroutineFunction(this.nodes.get(node as TSESTree.Expression) as ts.Node, 0);
  }

  isAwaitable(node: TSESTree.Node): boolean | undefined {
    return isThenable(this.#checker, this.#type(node));
  }

  isIterable(node: TSESTree.Node): boolean {
    return this.#checker.getPropertiesOfType(this.#type(node)).some(({ name }) => name.startsWith("__@iterator"));
  }

  isGenerator(node: TSESTree.Node): boolean {
    return /^(Generator|GeneratorObject|Iterator|IterableIterator|IteratorObject)$/.test(
      this.#type(node).getSymbol()?.name ?? "",
    );
  }

  isArray(node: TSESTree.Node): boolean | undefined {
    const type = this.#checker.getNonNullableType(this.#type(node));
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return undefined;
    const symbol = type.getSymbol()?.name ?? "";
    return this.#checker.isArrayType(type) || this.#checker.isTupleType(type) || /^[A-Z]\w*Array$/.test(symbol);
  }

  isPrimitive(node: TSESTree.Node): boolean {
    const type = this.#type(node);
    const members = type.isUnion() ? type.types : [type];
    return members.every((member) => (member.flags & PRIMITIVE) !== 0);
  }

  isResultDropped(argument: TSESTree.Node): boolean | undefined {
    const type = this.#checker.getContextualType(this.#expression(argument));
    if (type === undefined) return undefined;
    const members = type.isUnion() ? type.types : [type];
    const results = members.flatMap((member) => member.getCallSignatures().map((it) => it.getReturnType()));
    if (results.length === 0) return undefined;
    if (results.every((result) => (result.flags & ts.TypeFlags.Void) !== 0)) return true;
    return results.some((result) => isThenable(this.#checker, result) === true) ? false : undefined;
  }

  parametersOf(node: TSESTree.Node): readonly string[] | undefined {
    const signatures = this.#type(node).getCallSignatures();
    const declaration = signatures.length === 1 ? signatures[0]?.declaration : undefined;
    if (declaration === undefined || ts.isJSDocSignature(declaration)) return undefined;
    const names = declaration.parameters.map((it) => (it.dotDotDotToken ? "…" : it.name.getText()));
    return names.every((name) => /^[\w$]+$/.test(name)) ? names.filter((name) => name !== "this") : undefined;
  }

  exportedAs(node: TSESTree.Node): string | undefined {
    const expression = skip(this.#expression(node));
    const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
    let symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol === undefined) return undefined;
    if (symbol.flags & ts.SymbolFlags.Alias) symbol = this.#checker.getAliasedSymbol(symbol);
    return isOfTsyncio(symbol) ? symbol.name : undefined;
  }

  #expression(node: TSESTree.Node): ts.Expression {
    return this.nodes.get(node as TSESTree.Expression) as ts.Expression;
  }

  #type(node: TSESTree.Node): ts.Type {
    return this.#checker.getTypeAtLocation(this.#expression(node));
  }

  #isCoroutine(node: ts.Expression, depth: number): boolean {
    let answer = this.#answers.get(node);
    if (answer === undefined) {
      // While it is looked for, a function that calls itself is none.
      this.#answers.set(node, false);
      const type = this.#checker.getTypeAtLocation(node);
      answer =
        someInstance(this.#checker, type, COROUTINE) ||
        (isThenable(this.#checker, type) === true &&
          !everyInstance(this.#checker, type, LAZY_OR_RUNNING) &&
          this.#givesCoroutine(skip(node), depth));
      this.#answers.set(node, answer);
    }
    return answer;
  }

  /** A promise by its type: whether it comes from a function that is lowered. */
  #givesCoroutine(node: ts.Node, depth: number): boolean {
    if (depth > DEEPEST) return false;
    if (ts.isCallExpression(node) || ts.isTaggedTemplateExpression(node)) {
      const declaration = this.#checker.getResolvedSignature(node)?.declaration;
      if (declaration !== undefined && this.#makesCoroutine(declaration, depth)) return true;
      const called = this.#valueOf(ts.isCallExpression(node) ? node.expression : node.tag);
      return called !== undefined && called !== declaration && this.#makesCoroutine(called, depth);
    }
    if (ts.isConditionalExpression(node)) {
      return this.#isCoroutine(node.whenTrue, depth) || this.#isCoroutine(node.whenFalse, depth);
    }
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.kind;
      if (operator === ts.SyntaxKind.CommaToken) return this.#isCoroutine(node.right, depth);
      if (!SHORT_CIRCUITS.has(operator)) return false;
      return this.#isCoroutine(node.left, depth) || this.#isCoroutine(node.right, depth);
    }
    if (ts.isIdentifier(node)) {
      const initializer = this.#initializer(node);
      return initializer !== undefined && this.#isCoroutine(initializer, depth + 1);
    }
    return false;
  }

  #isCoroutineFunction(node: ts.Node, depth: number): boolean {
    const bare = skip(node);
    if (ts.isFunctionLike(bare)) return this.#makesCoroutine(bare, depth);
    const type = this.#checker.getTypeAtLocation(bare);
    for (const signature of type.getCallSignatures()) {
      if (someInstance(this.#checker, signature.getReturnType(), COROUTINE)) return true;
      const declaration = signature.declaration;
      if (declaration !== undefined && this.#makesCoroutine(declaration, depth)) return true;
    }
    const value = this.#valueOf(bare as ts.Expression);
    return value !== undefined && this.#makesCoroutine(value, depth);
  }

  /** Whether the calls of a declared function give coroutines. */
  #makesCoroutine(declared: ts.SignatureDeclaration | ts.JSDocSignature, depth: number): boolean {
    if (ts.isJSDocSignature(declared)) return false;
    const file = declared.getSourceFile();
    const declaration = hasBody(declared) ? declared : (this.#implementation(declared) ?? declared);
    if (!hasBody(declaration)) {
      // The project's own contract (an interface, a type of functions): what fulfils it is lowered with the rest of the project.
      const type = this.#checker.getSignatureFromDeclaration(declaration)?.getReturnType();
      return (
        this.othersLowered && isLoweredFile(file) && type !== undefined && isThenable(this.#checker, type) === true
      );
    }
    if (declaration.asteriskToken !== undefined) return false;
    if (declaration.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword)) {
      return this.othersLowered && isLoweredFile(file);
    }
    if (file.isDeclarationFile || depth > DEEPEST) return false;
    return returnsOf(declaration.body).some((value) => this.#isCoroutine(value, depth + 1));
  }

  #implementation(declared: ts.SignatureDeclaration): WithBody | undefined {
    const symbol = this.#checker.getSymbolAtLocation((declared as { name?: ts.Node }).name ?? declared);
    return symbol?.declarations?.find((it): it is WithBody => ts.isFunctionLike(it) && hasBody(it));
  }

  /** The function that a variable or a property was given where it was declared. */
  #valueOf(node: ts.Expression): WithBody | undefined {
    const bare = skip(node);
    if (ts.isArrowFunction(bare) || ts.isFunctionExpression(bare)) return bare;
    const name = ts.isPropertyAccessExpression(bare) ? bare.name : bare;
    let symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = this.#checker.getAliasedSymbol(symbol);
    const declaration = symbol?.valueDeclaration;
    if (declaration === undefined) return undefined;
    if (ts.isFunctionLike(declaration)) return hasBody(declaration) ? declaration : undefined;
    if (
      !ts.isVariableDeclaration(declaration) &&
      !ts.isPropertyDeclaration(declaration) &&
      !ts.isPropertyAssignment(declaration)
    )
      return undefined;
    const value = declaration.initializer && skip(declaration.initializer);
    return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined;
  }

  /** What a constant was given. */
  #initializer(node: ts.Identifier): ts.Expression | undefined {
    const declaration = this.#checker.getSymbolAtLocation(node)?.valueDeclaration;
    return declaration !== undefined &&
      ts.isVariableDeclaration(declaration) &&
      ts.isIdentifier(declaration.name) &&
      ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const
      ? declaration.initializer
      : undefined;
  }
}

const SHORT_CIRCUITS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

const PRIMITIVE =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.Null |
  ts.TypeFlags.Undefined;

type WithBody = (ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration) & {
  readonly body: ts.ConciseBody;
};

function hasBody(declaration: ts.SignatureDeclaration | ts.JSDocSignature): declaration is WithBody {
  return (
    (ts.isFunctionDeclaration(declaration) ||
      ts.isFunctionExpression(declaration) ||
      ts.isArrowFunction(declaration) ||
      ts.isMethodDeclaration(declaration)) &&
    declaration.body !== undefined
  );
}

/** Without parentheses and what changes a type only. */
function skip(node: ts.Node): ts.Node {
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node)
  )
    node = node.expression;
  return node;
}

/** What a function returns: its own `return` statements, not those of functions in it. */
function returnsOf(body: ts.ConciseBody): ts.Expression[] {
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** The function that makes the elements of `list.map(f)` and `Array.from(list, f)`. */
function mapperOf(node: ts.Expression | undefined): ts.Expression | undefined {
  const bare = node && skip(node);
  if (bare === undefined || !ts.isCallExpression(bare) || !ts.isPropertyAccessExpression(bare.expression))
    return undefined;
  if (bare.expression.name.text === "map") return bare.arguments[0];
  return bare.expression.getText() === "Array.from" ? bare.arguments[1] : undefined;
}
