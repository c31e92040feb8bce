import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fail } from "./pick.mjs";

/** The Node of this major version: the one that runs, or one that is installed here; else it tells and ends. */
export function nodeBinary(major) {
  if (major === undefined || process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const binary = fileURLToPath(new URL(`../node_modules/node${major}/bin/node`, import.meta.url));
  if (existsSync(binary)) return binary;
  return fail(`--node ${major}: not installed here; the running one is ${process.versions.node}`);
}
