/**
 * What the rules ask of an expression. With type information the answers are the compiler's (`typedOracle.ts`); without, they are what
 * the file itself shows (`plainOracle.ts`): its own functions, and what it imports from tsyncio.
 */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import { isLoweredSource } from "./lowered.js";
import { PlainOracle } from "./plainOracle.js";
import { settingsOf } from "./settings.js";
import { TypedOracle } from "./typedOracle.js";

export interface Oracle {
  /** Whether there is type information. */
  readonly typed: boolean;
  /** Whether the async functions of this file are lowered. */
  readonly lowered: boolean;
  /** Whether the value is a coroutine, or may be one. A task, a future and a native promise are none. */
  isCoroutine(node: TSESTree.Node): boolean;
  /** Whether the value is of the class `Coroutine` by its type. A lowered function declares a `Promise`: it is one all the same. */
  hasCoroutineType(node: TSESTree.Node): boolean;
  /** Whether the value is an instance of a class of tsyncio by its type. */
  isInstance(node: TSESTree.Node, className: string): boolean;
  /** Whether the value is an array of coroutines. */
  isCoroutineList(node: TSESTree.Node): boolean;
  /** Whether the value is a function whose calls give coroutines. */
  isCoroutineFunction(node: TSESTree.Node): boolean;
  /** Whether the value can be awaited, as far as is known. */
  isAwaitable(node: TSESTree.Node): boolean | undefined;
  /** Whether the value has an iterator, as far as is known. */
  isIterable(node: TSESTree.Node): boolean;
  /** Whether the value is a generator object by its type. */
  isGenerator(node: TSESTree.Node): boolean;
  /** Whether the value is an array, as far as is known. */
  isArray(node: TSESTree.Node): boolean | undefined;
  /** Whether the value is a primitive, as far as is known. */
  isPrimitive(node: TSESTree.Node): boolean;
  /** Whether who gets this argument drops what it returns; `undefined` where the type does not tell. */
  isResultDropped(argument: TSESTree.Node): boolean | undefined;
  /** The names of the parameters of a function; `undefined` where they are unknown, or more than names. */
  parametersOf(node: TSESTree.Node): readonly string[] | undefined;
  /** What the value is called in tsyncio that exports it: "sleep", "coroutine". */
  exportedAs(node: TSESTree.Node): string | undefined;
}

interface Asking {
  readonly sourceCode: Readonly<TSESLint.SourceCode>;
  readonly physicalFilename: string;
  readonly settings: unknown;
}

const oracles: WeakMap<object, Oracle> = new WeakMap();

/** The oracle of the file that is linted; all rules share it. */
export function oracleFor({ sourceCode, physicalFilename, settings }: Asking): Oracle {
  let oracle = oracles.get(sourceCode);
  if (oracle === undefined) {
    const lowered = isLoweredSource(sourceCode, physicalFilename, settings);
    const services = sourceCode.parserServices;
    oracle =
      services?.program != null && services.esTreeNodeToTSNodeMap !== undefined
        ? new TypedOracle(services.program, services.esTreeNodeToTSNodeMap, lowered, settingsOf(settings).lowered)
        : new PlainOracle(sourceCode, lowered);
    oracles.set(sourceCode, oracle);
  }
  return oracle;
}
