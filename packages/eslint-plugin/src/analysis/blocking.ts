/** Functions of the platform that hold up the thread, and what to call in their place. */

/** In place of a function that blocks. */
export interface Counterpart {
  /** What to write, for the message. */
  readonly text: string;
  /** The function of a module that takes the same arguments and gives a promise, where there is one. */
  readonly same?: { readonly module: string; readonly name: string };
}

const PROMISED: ReadonlySet<string> = new Set([
  "access",
  "appendFile",
  "chmod",
  "chown",
  "copyFile",
  "cp",
  "glob",
  "lchown",
  "link",
  "lstat",
  "lutimes",
  "mkdir",
  "mkdtemp",
  "opendir",
  "readFile",
  "readdir",
  "readlink",
  "realpath",
  "rename",
  "rm",
  "rmdir",
  "stat",
  "statfs",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
  "writeFile",
]);

/** What holds up the thread for no longer than a call of a function. */
const QUICK: ReadonlySet<string> = new Set(["closeSync", "generateKeySync"]);

const MODULES: Readonly<Record<string, (name: string) => Counterpart>> = {
  child_process: (name) => ({
    text:
      name === "spawnSync" || name === "execFileSync"
        ? "`createSubprocessExec` of tsyncio/subprocess"
        : "`createSubprocessShell` of tsyncio/subprocess",
  }),
  crypto: (name) => ({ text: `\`${name}\` of node:crypto with a callback, by \`util.promisify\`` }),
  fs: (name) => {
    if (PROMISED.has(name))
      return { text: `\`${name}\` of node:fs/promises`, same: { module: "node:fs/promises", name } };
    return {
      text:
        name === "exists"
          ? "`access` of node:fs/promises"
          : "`open` of node:fs/promises and the methods of its FileHandle",
    };
  },
  zlib: (name) => ({ text: `\`${name}\` of node:zlib with a callback, by \`util.promisify\`` }),
};

/** What to call in place of an export of a module that blocks; nothing where it does not. */
export function counterpartOf(module: string, name: string): Counterpart | undefined {
  const own = module.replace(/^node:/, "");
  if (!name.endsWith("Sync") || QUICK.has(name) || !Object.hasOwn(MODULES, own)) return undefined;
  return MODULES[own]!(name.slice(0, -"Sync".length));
}

/** The same for what is there without an import. */
export function counterpartOfGlobal(object: string, name: string): Counterpart | undefined {
  if (object === "Atomics" && name === "wait") return { text: "`Atomics.waitAsync`" };
  if (object === "Bun" && name === "sleepSync") return { text: "`sleep` of tsyncio" };
  if (object === "Bun" && name === "spawnSync") return { text: "`Bun.spawn`" };
  if (object === "Deno" && name.endsWith("Sync")) return { text: `\`Deno.${name.slice(0, -"Sync".length)}\`` };
  return undefined;
}
