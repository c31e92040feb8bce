// Who takes part. The first is what the others are compared with.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} title
 * @property {string} [version]
 * @property {() => Promise<string[]>} command the program and the arguments of its process, made ready to start
 * @property {string} [absent] why it cannot take part here
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

/** Passes a file through the compiler, as a loader would, and gives the JavaScript that came out. */
async function lowered(path) {
  const { lower } = await import("@tsyncio/compiler");
  const { transform } = await import("esbuild");
  const { code: typescript } = await lower(readFileSync(here(path), "utf8"), { filename: here(path) });
  const { code } = await transform(typescript, { loader: "ts", target: "esnext", sourcefile: path });
  const file = here(`.build/${path.replace(/\.ts$/, ".mjs")}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
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
