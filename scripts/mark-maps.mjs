// Marks the sources of the packages, in the source maps of what was built, as nothing that the user wrote: debuggers then step past them
// and fold their frames. Runs after every build; a map that has the mark stays as it is.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

for (const name of readdirSync(packages)) {
  const dist = join(packages, name, "dist");
  if (!existsSync(dist)) continue;
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".js.map")) continue;
    const path = join(dist, file);
    const map = JSON.parse(readFileSync(path, "utf8"));
    if (map.ignoreList !== undefined) continue;
    map.ignoreList = map.sources.map((_, index) => index);
    // The name that tools knew before the field was in the standard.
    map.x_google_ignoreList = map.ignoreList;
    writeFileSync(path, JSON.stringify(map));
  }
}
