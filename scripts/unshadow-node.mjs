// Some development dependencies have commands that would hide others of the same name in node_modules/.bin, for every npm script and npx:
// node24 and node26 are whole Nodes, and hide the user's own; typescript59 and typescript6, by which the types are tested, hide the
// compiler that the workspace is built with. Puts that right after an install.
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));
for (const name of ["node", "tsc", "tsserver"])
  for (const ending of ["", ".cmd", ".ps1"]) rmSync(bin + name + ending, { force: true });
if (process.platform !== "win32" && existsSync(`${bin}../typescript/bin/tsc`))
  symlinkSync("../typescript/bin/tsc", `${bin}tsc`);
