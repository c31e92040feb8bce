/**
 * Where the loader keeps what it has made of files: `node_modules/.cache/tsyncio` of the nearest folder that has a
 * `node_modules`, else a folder of the user's own among the temporary files. `TSYNCIO_CACHE` names another folder, and
 * `TSYNCIO_CACHE=0` says that nothing is kept.
 */
import { lstatSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const known: Map<string, string | null> = new Map();

/** The folder for what becomes of the files of a directory, or `null` where nothing is kept. It need not be there yet. */
export function cacheFolderOf(directory: string): string | null {
  const { TSYNCIO_CACHE: wish = "" } = process.env;
  if (wish === "0") return null;
  if (wish !== "") return resolve(wish);
  let folder = known.get(directory);
  if (folder === undefined) {
    const parent = dirname(directory);
    if (statSync(join(directory, "node_modules"), { throwIfNoEntry: false })?.isDirectory())
      folder = join(directory, "node_modules/.cache/tsyncio");
    else folder = parent === directory ? temporaryFolder() : cacheFolderOf(parent);
    known.set(directory, folder);
  }
  return folder;
}

/**
 * What is read from the cache is run. Among the temporary files, which all users of a machine share, the folder has to be
 * the user's own, or somebody else's code could lie there.
 */
function temporaryFolder(): string | null {
  const user = process.getuid?.() ?? null;
  const folder = join(tmpdir(), user === null ? "tsyncio" : `tsyncio-${user}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stats = lstatSync(folder);
    const isOwn = user === null || (stats.uid === user && (stats.mode & 0o022) === 0);
    return stats.isDirectory() && isOwn ? folder : null;
  } catch {
    return null;
  }
}
