/** Functions of the program, as against those of the library. */
import { awaitChain } from "./awaitChain.js";
import { CodeSite } from "./codeSite.js";
import { oneOrGroup } from "./exceptionGroup.js";
import { hooks } from "./hooks.js";
import type { Captured } from "./stackLine.js";

/** A site of a function of the program. From the first on, errors tell the chain of those who await, and several clean-ups can fail. */
export function programSite(name: string, definition: string | Captured, lowered: boolean): CodeSite {
  hooks.chain = awaitChain;
  hooks.oneOrGroup = oneOrGroup;
  return new CodeSite(name || "(anonymous)", definition, lowered);
}
