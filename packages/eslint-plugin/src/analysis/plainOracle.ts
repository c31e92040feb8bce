/** Answers without types: by what the file itself shows. What it imports from other files of the project is unknown. */
import { AST_NODE_TYPES, type TSESLint, type TSESTree } from "@typescript-eslint/utils";
import { declaredFunction, importedBy, variableOf } from "./imports.js";
import { COROUTINE_FUNCTIONS, COROUTINE_METHODS, isOfLibrary, MAKERS } from "./library.js";
import { type FunctionNode, isFunction, propertyName, unwrap } from "./nodes.js";
import type { Oracle } from "./oracle.js";

/** Constants that stand for constants that stand for constants: further is not looked. */
const DEEPEST = 8;

export class PlainOracle implements Oracle {
  readonly typed = false;

  constructor(
    readonly sourceCode: Readonly<TSESLint.SourceCode>,
    readonly lowered: boolean,
  ) {}

  isCoroutine(node: TSESTree.Node, depth = 0): boolean {
    const bare = unwrap(node);
    if (depth > DEEPEST) return false;
    switch (bare.type) {
      case AST_NODE_TYPES.CallExpression:
        return this.isCoroutineFunction(bare.callee, depth + 1);
      case AST_NODE_TYPES.ConditionalExpression:
        return this.isCoroutine(bare.consequent, depth) || this.isCoroutine(bare.alternate, depth);
      case AST_NODE_TYPES.LogicalExpression:
        return this.isCoroutine(bare.left, depth) || this.isCoroutine(bare.right, depth);
      case AST_NODE_TYPES.SequenceExpression:
        return this.isCoroutine(bare.expressions.at(-1)!, depth);
      case AST_NODE_TYPES.Identifier: {
        const value = this.#constant(bare);
        return value !== undefined && this.isCoroutine(value, depth + 1);
      }
      default:
        return false;
    }
  }

  hasCoroutineType(node: TSESTree.Node): boolean {
    const bare = unwrap(node);
    return bare.type === AST_NODE_TYPES.CallExpression && this.isCoroutine(bare) && !this.#isAsync(bare.callee);
  }

  isInstance(): boolean {
    return false;
  }

  isCoroutineList(node: TSESTree.Node): boolean {
    const bare = unwrap(node);
    if (bare.type === AST_NODE_TYPES.ArrayExpression) {
      return bare.elements.some(
        (it) => it !== null && it.type !== AST_NODE_TYPES.SpreadElement && this.isCoroutine(it),
      );
    }
    if (bare.type === AST_NODE_TYPES.Identifier) {
      const value = this.#constant(bare);
      return value !== undefined && unwrap(value).type !== AST_NODE_TYPES.Identifier && this.isCoroutineList(value);
    }
    const mapper =
      bare.type === AST_NODE_TYPES.CallExpression &&
      bare.callee.type === AST_NODE_TYPES.MemberExpression &&
      propertyName(bare.callee) === "map"
        ? bare.arguments[0]
        : undefined;
    return mapper !== undefined && this.isCoroutineFunction(mapper);
  }

  isCoroutineFunction(node: TSESTree.Node, depth = 0): boolean {
    const bare = unwrap(node);
    if (depth > DEEPEST) return false;
    if (isFunction(bare)) return this.#makesCoroutine(bare, depth);
    const imported = importedBy(bare, this.sourceCode);
    if (imported !== undefined) return isOfLibrary(imported.module) && COROUTINE_FUNCTIONS.has(imported.name);
    switch (bare.type) {
      case AST_NODE_TYPES.Identifier: {
        const declared = this.#declaredFunction(bare);
        if (declared !== undefined) return this.#makesCoroutine(declared, depth);
        const value = this.#constant(bare);
        return value !== undefined && this.isCoroutineFunction(value, depth + 1);
      }
      case AST_NODE_TYPES.CallExpression: {
        const maker = this.exportedAs(bare.callee);
        return maker !== undefined && MAKERS.has(maker);
      }
      case AST_NODE_TYPES.MemberExpression: {
        const method = this.#method(bare);
        if (method !== undefined) return this.#makesCoroutine(method, depth);
        return this.#isLibraryMethod(bare);
      }
      default:
        return false;
    }
  }

  isAwaitable(node: TSESTree.Node): boolean | undefined {
    return this.isCoroutine(node) ? true : undefined;
  }

  isIterable(node: TSESTree.Node): boolean {
    return this.hasCoroutineType(node);
  }

  isGenerator(): boolean {
    return false;
  }

  isArray(): boolean | undefined {
    return undefined;
  }

  isPrimitive(node: TSESTree.Node): boolean {
    return node.type === AST_NODE_TYPES.Literal || node.type === AST_NODE_TYPES.TemplateLiteral;
  }

  isResultDropped(): boolean | undefined {
    return undefined;
  }

  parametersOf(node: TSESTree.Node): readonly string[] | undefined {
    const bare = unwrap(node);
    const value =
      bare.type === AST_NODE_TYPES.Identifier ? (this.#declaredFunction(bare) ?? this.#constant(bare)) : bare;
    const names = isFunction(value)
      ? value.params.map((it) => (it.type === AST_NODE_TYPES.Identifier ? it.name : undefined))
      : [undefined];
    return names.includes(undefined) ? undefined : (names as string[]);
  }

  exportedAs(node: TSESTree.Node): string | undefined {
    const imported = importedBy(node, this.sourceCode);
    return imported !== undefined && isOfLibrary(imported.module) ? imported.name : undefined;
  }

  #makesCoroutine(node: FunctionNode, depth: number): boolean {
    if (node.generator) return false;
    if (node.async) return this.lowered;
    return (
      node.type === AST_NODE_TYPES.ArrowFunctionExpression &&
      node.body.type !== AST_NODE_TYPES.BlockStatement &&
      this.isCoroutine(node.body, depth + 1)
    );
  }

  /** Whether the function is an async one, which has the type of a promise. */
  #isAsync(node: TSESTree.Node): boolean {
    const bare = unwrap(node);
    const declared =
      bare.type === AST_NODE_TYPES.Identifier
        ? (this.#declaredFunction(bare) ?? this.#constant(bare))
        : bare.type === AST_NODE_TYPES.MemberExpression
          ? this.#method(bare)
          : bare;
    return isFunction(declared) && declared.async;
  }

  #declaredFunction(node: TSESTree.Identifier): FunctionNode | undefined {
    return declaredFunction(node, this.sourceCode);
  }

  /** What a constant was given. */
  #constant(node: TSESTree.Identifier): TSESTree.Expression | undefined {
    const declared = variableOf(node, this.sourceCode)?.defs[0]?.node;
    const isConstant =
      declared?.type === AST_NODE_TYPES.VariableDeclarator &&
      declared.id.type === AST_NODE_TYPES.Identifier &&
      declared.parent.kind === "const";
    return isConstant && declared.init !== null ? declared.init : undefined;
  }

  /** The method that `this.name` means, in the class around it. */
  #method(node: TSESTree.MemberExpression): FunctionNode | undefined {
    if (node.object.type !== AST_NODE_TYPES.ThisExpression) return undefined;
    const name = propertyName(node);
    let around: TSESTree.Node | undefined = node.parent;
    while (around && around.type !== AST_NODE_TYPES.ClassBody) around = around.parent;
    for (const member of around?.body ?? []) {
      const isNamed = "key" in member && member.key.type === AST_NODE_TYPES.Identifier && member.key.name === name;
      if (isNamed && "value" in member && isFunction(member.value)) return member.value;
    }
    return undefined;
  }

  #isLibraryMethod(node: TSESTree.MemberExpression): boolean {
    const object = unwrap(node.object);
    const value = object.type === AST_NODE_TYPES.Identifier ? this.#constant(object) : object;
    if (value?.type !== AST_NODE_TYPES.NewExpression) return false;
    const methods = COROUTINE_METHODS[this.exportedAs(value.callee) ?? ""];
    return methods?.includes(propertyName(node) ?? "") === true;
  }
}
