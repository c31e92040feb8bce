// The development dependencies node24 and node26 are whole Nodes, and npm links their command as node_modules/.bin/node,
// which every npm script and npx would then run in place of the user's own Node. Takes that link away after an install.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));
for (const name of ["node", "node.cmd", "node.ps1"]) rmSync(bin + name, { force: true });
