import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Passes a file through the compiler, as a loader would, and gives the JavaScript that came out. */
export async function lowered(path) {
  const { lower } = await import("@tsyncio/compiler");
  const { transform } = await import("esbuild");
  const { code: typescript } = await lower(readFileSync(here(path), "utf8"), { filename: here(path) });
  const { code } = await transform(typescript, { loader: "ts", target: "esnext", sourcefile: path });
  const file = here(`.build/${path.replace(/\.ts$/, ".mjs")}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}
