/**
 * The first walk over the tree: which scopes and functions there are, what each lowered function uses from outside,
 * and, from that, what it must be given and where its generator function can be kept.
 *
 * Names are resolved after the walk, when every declaration is known. Where the language is subtle (functions in blocks
 * of sloppy code, `eval`), more names count as captured than need be: that can cost a microsecond, never a wrong value.
 */
import type { Program } from "oxc-parser";
import { boundNames, eachChild, type FunctionNode, isSuperMember, type Node, unwrapped } from "./ast.js";
import type { Names } from "./names.js";
import { FunctionContext, Scope, type ScopeKind } from "./scopes.js";
import { slotScope } from "./slots.js";

/** What the second walk needs to know. */
export interface Analysis {
  readonly module: Scope;
  readonly functions: ReadonlyMap<Node, FunctionContext>;
  /** The host scope of a block, of a loop with a single statement, or of an arrow with an expression as its body. */
  readonly hosts: ReadonlyMap<Node, Scope>;
  /** The lowered functions, in the order of the source. */
  readonly lowered: readonly FunctionContext[];
  /** Names that are used and declared nowhere in the file. */
  readonly globals: ReadonlySet<string>;
}

/** Walks the program once. */
export function analyse(program: Program, names: Names, isTest = false): Analysis {
  const analyser = new Analyser(isTest);
  analyser.walkChildren(program);
  analyser.resolve();
  for (const [index, context] of analyser.lowered.entries()) {
    const scope = slotScope(context);
    if (scope !== null) {
      context.slot = names.fresh(`$g${index}`);
      scope.slots.push(context.slot);
    }
    context.site = names.fresh(`$s${index}`);
  }
  return analyser;
}

interface Reference {
  readonly name: string;
  readonly scope: Scope;
}

class Analyser implements Analysis {
  readonly functions: Map<Node, FunctionContext> = new Map();
  readonly hosts: Map<Node, Scope> = new Map();
  readonly lowered: FunctionContext[] = [];
  readonly globals: Set<string> = new Set();
  readonly module: Scope;
  readonly #references: Reference[] = [];
  readonly #hints: Map<Node, string> = new Map();
  #context: FunctionContext;
  #scope: Scope;
  /** In what is to stay native. */
  #isNative = false;

  readonly #isTest: boolean;

  constructor(isTest: boolean) {
    this.#isTest = isTest;
    this.#context = new FunctionContext(null, false, false, false);
    this.#scope = this.module = new Scope("module", null, this.#context, true);
    this.#context.scope = this.#context.varScope = this.module;
  }

  walkChildren(node: Node): void {
    eachChild(node, (child) => this.#walk(child));
  }

  #walkAll(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) if (node !== null) this.#walk(node);
  }

  /** Runs `body` in a new scope. */
  #in(kind: ScopeKind, host: Node | null, body: () => void): Scope {
    const outer = this.#scope;
    const scope = new Scope(kind, outer, this.#context, host !== null);
    if (host !== null) this.hosts.set(host, scope);
    this.#scope = scope;
    body();
    this.#scope = outer;
    return scope;
  }

  #declare(scope: Scope, pattern: Node | null): void {
    for (const name of boundNames(pattern)) scope.names.add(name);
  }

  #hint(node: Node | null, name: string): void {
    if (node === null) return;
    const inner = node.type === "ParenthesizedExpression" ? unwrapped(node) : node;
    if (!this.#hints.has(inner)) this.#hints.set(inner, name);
  }

  #walk(node: Node): void {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#function(node);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        if (node.type === "ClassDeclaration") this.#declare(this.#scope, node.id);
        this.#in("class", null, () => {
          this.#declare(this.#scope, node.id);
          for (const member of node.body.body) {
            if ("key" in member && member.key.type === "PrivateIdentifier")
              this.#scope.names.add(`#${member.key.name}`);
          }
          this.walkChildren(node);
        });
        return;
      case "MethodDefinition":
        this.#walkAll(node.decorators);
        if (node.computed) this.#walk(node.key);
        this.#hint(node.value, keyName(node.key, node.computed));
        this.#walk(node.value);
        return;
      case "PropertyDefinition":
      case "AccessorProperty":
        this.#walkAll(node.decorators);
        if (node.computed) this.#walk(node.key);
        if (node.value !== null) {
          this.#hint(node.value, keyName(node.key, node.computed));
          this.#initialiser(() => this.#walk(node.value as Node), null);
        }
        return;
      case "StaticBlock":
        this.#initialiser(() => this.walkChildren(node), node);
        return;
      case "Property":
        if (node.computed) this.#walk(node.key);
        this.#hint(node.value, keyName(node.key, node.computed));
        this.#walk(node.value);
        return;
      case "MemberExpression":
        if (node.object.type === "Super") this.#bringSuper("superRead");
        this.#walk(node.object);
        if (node.computed || node.property.type === "PrivateIdentifier") this.#walk(node.property);
        return;
      case "CallExpression":
        if (node.callee.type === "Super") this.#bringSuper("superCall");
        else if (isSuperMember(node.callee)) this.#useThis();
        else if (node.callee.type === "Identifier" && node.callee.name === "eval") this.#useEverything();
        if (this.#isTest && isHoistedCall(node.callee)) this.#natively(() => this.walkChildren(node));
        else this.walkChildren(node);
        return;
      case "TaggedTemplateExpression":
        if (isSuperMember(node.tag)) this.#useThis();
        this.walkChildren(node);
        return;
      case "AssignmentExpression":
        this.#target(node.left);
        if (node.left.type === "Identifier") this.#hint(node.right, node.left.name);
        else if (node.left.type === "MemberExpression" && !node.left.computed) {
          this.#hint(node.right, (node.left.property as { name: string }).name);
        }
        this.walkChildren(node);
        return;
      case "UpdateExpression":
        this.#target(node.argument);
        this.walkChildren(node);
        return;
      case "AssignmentPattern":
        if (node.left.type === "Identifier") this.#hint(node.right, node.left.name);
        this.walkChildren(node);
        return;
      case "VariableDeclaration": {
        const scope = node.kind === "var" ? this.#context.varScope : this.#scope;
        for (const declarator of node.declarations) {
          this.#declare(scope, declarator.id);
          if (declarator.id.type === "Identifier") this.#hint(declarator.init, declarator.id.name);
        }
        this.walkChildren(node);
        return;
      }
      case "BlockStatement":
      case "TSModuleBlock":
        this.#in("block", node, () => this.walkChildren(node));
        return;
      case "ForStatement":
        this.#in("head", null, () => {
          this.#walkAll([node.init, node.test, node.update]);
          this.#loopBody(node, node.body);
        });
        return;
      case "ForInStatement":
      case "ForOfStatement":
        this.#target(node.left);
        this.#in("head", null, () => {
          this.#walkAll([node.left, node.right]);
          this.#loopBody(node, node.body);
        });
        return;
      case "WhileStatement":
      case "DoWhileStatement":
        this.#in("head", null, () => {
          this.#walk(node.test);
          this.#loopBody(node, node.body);
        });
        return;
      case "SwitchStatement":
        this.#walk(node.discriminant);
        this.#in("head", null, () => this.#walkAll(node.cases));
        return;
      case "CatchClause":
        this.#in("head", null, () => {
          this.#declare(this.#scope, node.param);
          this.walkChildren(node);
        });
        return;
      case "ImportDeclaration":
        for (const specifier of node.specifiers) this.#declare(this.module, specifier.local);
        return;
      case "ExportDefaultDeclaration":
        this.#hint(node.declaration, "default");
        this.walkChildren(node);
        return;
      case "TSEnumDeclaration":
        this.#declare(this.#scope, node.id);
        this.#in("head", null, () => {
          for (const member of node.body.members) this.#declare(this.#scope, member.id);
          this.walkChildren(node);
        });
        return;
      case "TSModuleDeclaration":
        if (node.declare || !node.body) return;
        this.#declare(this.#scope, node.id.type === "TSQualifiedName" ? leftmost(node.id) : node.id);
        this.#walk(node.body);
        return;
      case "LabeledStatement":
        this.#walk(node.body);
        return;
      case "BreakStatement":
      case "ContinueStatement":
      case "ExportAllDeclaration":
        return;
      case "MetaProperty":
        if (node.meta.name === "new") this.#bring("newTarget");
        return;
      case "ThisExpression":
        this.#useThis();
        return;
      case "JSXIdentifier":
        if (node.name === "this") this.#useThis();
        this.#references.push({ name: node.name, scope: this.#scope });
        return;
      case "JSXAttribute":
        if (node.value !== null) this.#walk(node.value);
        return;
      case "PrivateIdentifier":
        this.#references.push({ name: `#${node.name}`, scope: this.#scope });
        return;
      case "Identifier":
        this.#walkAll(node.decorators ?? []);
        if (node.name === "arguments") this.#bring("arguments");
        else this.#references.push({ name: node.name, scope: this.#scope });
        return;
      default:
        this.walkChildren(node);
    }
  }

  #function(node: FunctionNode): void {
    if (node.body === null) return;
    const isArrow = node.type === "ArrowFunctionExpression";
    const context = new FunctionContext(this.#context, isArrow, node.async && !this.#isNative, node.generator);
    context.start = node.start;
    context.name = node.id?.name ?? this.#hints.get(node) ?? "";
    this.functions.set(node, context);
    if (context.isLowered) this.lowered.push(context);
    if (node.type === "FunctionDeclaration") {
      this.#declare(this.#scope, node.id);
      if (this.#scope !== this.#context.varScope) this.#declare(this.#context.varScope, node.id);
    }
    const inner = (): void => {
      const outer = this.#context;
      this.#context = context;
      this.#in("parameters", null, () => {
        context.scope = context.varScope = this.#scope;
        for (const parameter of node.params) this.#declare(this.#scope, parameter);
        this.#walkAll(node.params);
        const body = node.body as Node;
        this.#in("block", node.type === "ArrowFunctionExpression" && node.expression ? node : body, () => {
          context.varScope = this.#scope;
          if (body.type === "BlockStatement") this.walkChildren(body);
          else this.#walk(body);
        });
      });
      this.#context = outer;
    };
    if (node.type === "FunctionExpression" && node.id !== null) {
      const { id } = node;
      this.#in("functionName", null, () => {
        this.#declare(this.#scope, id);
        inner();
      });
    } else {
      inner();
    }
  }

  /** The value of a class field, or a static block: code that runs as a method of its own. */
  #initialiser(body: () => void, host: Node | null): void {
    const outer = this.#context;
    this.#context = new FunctionContext(outer, false, false, false);
    const context = this.#context;
    this.#in("initialiser", host, () => {
      context.scope = context.varScope = this.#scope;
      body();
    });
    this.#context = outer;
  }

  #natively(body: () => void): void {
    const outer = this.#isNative;
    this.#isNative = true;
    body();
    this.#isNative = outer;
  }

  #loopBody(loop: Node, body: Node): void {
    if (body.type === "BlockStatement") this.#walk(body);
    else this.#in("block", loop, () => this.#walk(body));
  }

  #useThis(): void {
    const { home } = this.#context;
    if (home.isLowered) home.usesThis = true;
    if (home !== this.#context) home.scope.captured = true;
    for (let context = this.#context; context !== home && context.parent !== null; context = context.parent) {
      context.usesThis = true;
    }
  }

  /** Notes that `arguments` or `new.target` is used here. */
  #bring(extra: "arguments" | "newTarget"): void {
    const { home, outermostArrow } = this.#context;
    if (home !== this.#context) home.scope.captured = true;
    if (outermostArrow !== null) {
      outermostArrow.extras[extra] = true;
      this.#captureParameters(outermostArrow);
    } else if (extra === "arguments" && home.isLowered) {
      home.usesArguments = true;
    }
  }

  #bringSuper(extra: "superRead" | "superWrite" | "superCall"): void {
    const { superBringer, home } = this.#context;
    if (home !== this.#context) home.scope.captured = true;
    if (superBringer === null) return;
    superBringer.extras[extra] = true;
    this.#captureParameters(superBringer);
  }

  /** Notes that a parameter which the pass gives to `bringer` is used here. */
  #captureParameters(bringer: FunctionContext): void {
    for (let context = this.#context; context !== bringer && context.parent !== null; context = context.parent) {
      context.captures.add(bringer.scope);
      bringer.scope.captured = true;
    }
  }

  /** Notes the writes to `super.x` in an assignment target. */
  #target(node: Node | null): void {
    if (node === null) return;
    const target = unwrapped(node);
    switch (target.type) {
      case "MemberExpression":
        if (target.object.type === "Super") this.#bringSuper("superWrite");
        break;
      case "ObjectPattern":
        for (const property of target.properties) {
          this.#target(property.type === "RestElement" ? property.argument : property.value);
        }
        break;
      case "ArrayPattern":
        for (const element of target.elements) this.#target(element);
        break;
      case "AssignmentPattern":
        this.#target(target.left);
        break;
      case "RestElement":
        this.#target(target.argument);
        break;
    }
  }

  /** A direct `eval` can use any name around it. */
  #useEverything(): void {
    this.#useThis();
    if (this.#context.home.isLowered) this.#context.home.usesArguments = true;
    const inside: FunctionContext[] = [];
    for (let scope: Scope | null = this.#scope; scope !== null; scope = scope.parent) {
      scope.captured = true;
      for (const context of inside) context.captures.add(scope);
      if (scope.isFunctionEdge) inside.push(scope.context);
    }
  }

  /** Finds the scope of each name, and notes which functions stand between. */
  resolve(): void {
    for (const { name, scope: from } of this.#references) {
      const crossed: FunctionContext[] = [];
      let scope: Scope | null = from;
      while (scope !== null && !scope.names.has(name)) {
        if (scope.isFunctionEdge) crossed.push(scope.context);
        scope = scope.parent;
      }
      if (scope === null) this.globals.add(name);
      for (const context of crossed) {
        context.free.add(name);
        if (scope !== null) context.captures.add(scope);
      }
      if (scope !== null && crossed.length > 0) scope.captured = true;
    }
    for (const context of this.lowered) {
      // Extra parameters would show in the generator's own `arguments`, so the real ones are passed as a value.
      const { extras } = context;
      if (context.usesArguments && (extras.superRead || extras.superWrite)) extras.arguments = true;
      const arrow = context.usesThis ? context.outermostArrow : null;
      if (arrow !== null && arrow !== context && arrow.extras.superCall) context.captures.add(arrow.scope);
    }
  }
}

/** The name that a property key gives to a function, if it can be read off the source. */
function keyName(key: Node, computed: boolean): string {
  if (!computed) {
    if (key.type === "Identifier" || key.type === "PrivateIdentifier") return key.name;
    return key.type === "Literal" ? String(key.value) : "";
  }
  if (key.type === "Literal") return String(key.value);
  return key.type === "MemberExpression" && !key.computed ? (key.property as { name: string }).name : "";
}

function leftmost(name: { left: unknown }): Node {
  let node = name as Node;
  while (node.type === "TSQualifiedName") node = node.left;
  return node;
}

/** `vi.hoisted(…)`: vitest moves the call in front of the imports, where lowered code has no helpers yet. */
function isHoistedCall(callee: Node): boolean {
  if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return false;
  const { object, property } = callee;
  return /^(vi|vitest)$/.test(object.name) && property.type === "Identifier" && property.name === "hoisted";
}
