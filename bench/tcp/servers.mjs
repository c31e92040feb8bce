// Who echoes. The first is what the others are compared with.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { lowered } from "../lowered.mjs";

/**
 * @typedef {object} EchoServer
 * @property {string} name
 * @property {string} title
 * @property {() => Promise<string[]>} command the program and the arguments of its process, which writes its port and then serves
 * @property {string} [absent] why it cannot take part here
 */

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @returns {EchoServer[]} those that can run here; `absent` says why one cannot */
export function servers(node, pythons) {
  const asyncio = firstPython(pythons, "platform");
  const uvloop = firstPython(pythons, "uvloop");
  return [
    { name: "callbacks", title: "node:net, callbacks", command: async () => [node, here("callbacks.mjs")] },
    { name: "iterators", title: "node:net, `for await`", command: async () => [node, here("iterators.mjs")] },
    {
      name: "tsyncio-async",
      title: "tsyncio async/await",
      command: async () => [node, await lowered("tcp/tsyncio-async.ts")],
    },
    {
      name: "tsyncio-generator",
      title: "tsyncio function*",
      command: async () => [node, here("tsyncio-generator.mjs")],
    },
    {
      name: "asyncio",
      title: `asyncio, CPython ${asyncio?.version}`,
      command: async () => [asyncio.path, here("cpython.py")],
      absent: asyncio ? undefined : "python3 (3.11 or later) is not installed",
    },
    {
      name: "uvloop",
      title: `uvloop ${uvloop?.of}, CPython ${uvloop?.version}`,
      command: async () => [uvloop.path, here("cpython.py"), "uvloop"],
      absent: uvloop ? undefined : "no python3 (3.11 or later) here has the module uvloop",
    },
  ];
}

/** The first that has the module. */
function firstPython(paths, module) {
  const script = `import sys, platform, ${module}; print(platform.python_version(), getattr(${module}, "__version__", "")); sys.exit(sys.version_info < (3, 11))`;
  for (const path of paths) {
    try {
      const said = execFileSync(path, ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      const [version, of] = said.trim().split(" ");
      return { path, version, of };
    } catch {
      // The next one.
    }
  }
  return undefined;
}
