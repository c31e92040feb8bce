// Who takes part. The first is what the others are compared with.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lowered } from "./lowered.mjs";

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} title
 * @property {string} [version]
 * @property {() => Promise<string[]>} command the program and the arguments of its process, made ready to start
 * @property {string} [absent] why it cannot take part here
 * @property {boolean} [asked] takes part only where it is named
 */

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const manifest = JSON.parse(readFileSync(here("package.json"), "utf8"));

/** @returns {Contender[]} those that can run here; `absent` says why one cannot */
export function contenders(node) {
  const inNode = (file) => [node, "--expose-gc", here("child.mjs"), file];
  const python = pythonVersion();
  return [
    { name: "native", title: "native promises", command: async () => inNode(here("contenders/native.mjs")) },
    {
      name: "tsyncio-async",
      title: "tsyncio async/await",
      command: async () => inNode(await lowered("contenders/tsyncio-async.ts")),
    },
    {
      name: "tsyncio-generator",
      title: "tsyncio function*",
      command: async () => inNode(here("contenders/tsyncio-generator.mjs")),
    },
    {
      name: "floor",
      title: "bare generators",
      command: async () => inNode(here("contenders/floor.mjs")),
      asked: true,
    },
    {
      name: "effect",
      title: "Effect",
      version: manifest.dependencies.effect,
      command: async () => inNode(here("contenders/effect.mjs")),
    },
    {
      name: "effection",
      title: "Effection",
      version: manifest.dependencies.effection,
      command: async () => inNode(here("contenders/effection.mjs")),
    },
    {
      name: "asyncio",
      title: "asyncio",
      version: python && `CPython ${python}`,
      command: async () => ["python3", here("contenders/cpython.py")],
      absent: python ? undefined : "python3 (3.11 or later) is not installed",
    },
  ];
}

function pythonVersion() {
  try {
    const [, version, minor] =
      /^Python (3\.(\d+)\S*)/.exec(execFileSync("python3", ["--version"], { encoding: "utf8" })) ?? [];
    return Number(minor) >= 11 ? version : undefined;
  } catch {
    return undefined;
  }
}
