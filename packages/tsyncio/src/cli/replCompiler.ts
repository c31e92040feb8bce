import { join } from "node:path";
import { findPackage } from "./findPackage.js";

/** What the command needs of `@tsyncio/compiler/repl`. */
export interface ReplCompiler {
  compileReplInput(
    source: string,
    options: { readonly name: string; readonly parameters: readonly string[] },
  ): CompiledInput | "incomplete" | null;
  /** Of `@tsyncio/compiler/helpers`. */
  readonly helpers: object;
}

/** An input that can run. */
export interface CompiledInput {
  /** Gives, when it is called with what the input needs, the function that runs it. */
  readonly code: string;
  readonly map: object;
  readonly awaits: boolean;
  /** What that function is called in stacks. */
  readonly runner: string;
}

/**
 * The compiler that the project around `cwd` has installed, with its loader switched on: what an input imports is lowered, as by
 * `tsyncio run`.
 *
 * @throws CommandError where it is not installed
 */
export async function loadReplCompiler(cwd: string): Promise<ReplCompiler> {
  passOverWarning();
  const load = (subPath: string) => import(findPackage("repl", `@tsyncio/compiler/${subPath}`, join(cwd, "x.js")));
  await load("register");
  const [{ compileReplInput }, helpers] = await Promise.all([load("repl"), load("helpers")]);
  return { compileReplInput, helpers };
}

/** That scripts can import as modules do is an experiment of Node, of which whoever types `import` need not hear. */
function passOverWarning(): void {
  const { emitWarning } = process;
  process.emitWarning = (...warning: unknown[]) => {
    if (!String(warning[0]).startsWith("vm.USE_MAIN_CONTEXT_DEFAULT_LOADER"))
      Reflect.apply(emitWarning, process, warning);
  };
}
