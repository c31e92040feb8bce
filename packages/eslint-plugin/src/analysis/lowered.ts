/** Whether the async functions of a file are lowered, so that calling one gives a lazy coroutine. The compiler's own rule decides. */
import { join } from "node:path";
import { createFileFilter } from "@tsyncio/compiler/filter";
import type { TSESLint } from "@typescript-eslint/utils";
import type { SourceFile } from "typescript";
import { settingsOf } from "./settings.js";

const isLowered = createFileFilter();

/**
 * Whether the async functions of the file that is linted are lowered.
 *
 * @throws TypeError where the field "tsyncio" of the `package.json` is wrong
 */
export function isLoweredSource({ text }: Readonly<TSESLint.SourceCode>, filename: string, settings: unknown): boolean {
  if (!settingsOf(settings).lowered) return false;
  // Text that has no file, such as "<input>", is taken for one of the current folder.
  return isLowered(filename.startsWith("<") ? join(process.cwd(), "input.ts") : filename, text);
}

const known: WeakMap<SourceFile, boolean> = new WeakMap();

/** Whether the async functions of another file of the program are lowered; the setting is not asked. */
export function isLoweredFile(file: SourceFile): boolean {
  let lowered = known.get(file);
  if (lowered === undefined) {
    lowered = !file.isDeclarationFile && isLowered(file.fileName, file.text);
    known.set(file, lowered);
  }
  return lowered;
}
