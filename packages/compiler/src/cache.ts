/**
 * What the loader has made of files, kept in a folder: one file for each, named by its key.
 *
 * An entry is written under another name and then renamed, so no process ever sees half of one; that two processes make
 * the same one does no harm. Each begins with a hash of the rest: one that was damaged is as good as none. Where nothing
 * can be written, nothing is kept, and nobody is told.
 */
import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";

/** The bytes that a folder may hold. When there are more, the oldest entries go, until half of that is left. */
const LIMIT = 64 * 1024 * 1024;
const HASH = 43;
/** Entries and drafts of them. Others may have files in the folder, too. */
const OURS = /^[\w-]{43}(\.\d+-\d+-\d+)?$/;

/** The bytes in the folders that this process has written to; `null` where it cannot write. */
const sizes: Map<string, number | null> = new Map();
let written = 0;

/** What was kept under a key, if it is there and undamaged. */
export function readEntry(folder: string, key: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, key));
  } catch {
    return undefined;
  }
  const content = bytes.subarray(HASH);
  return hash("sha256", content, "base64url") === bytes.toString("latin1", 0, HASH) ? content.toString() : undefined;
}

/** Keeps a text under a key. */
export function writeEntry(folder: string, key: string, content: string, limit: number = LIMIT): void {
  let size = sizes.get(folder);
  if (size === null) return;
  const name = join(folder, key);
  written += 1;
  const draft = `${name}.${process.pid}-${threadId}-${written}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, hash("sha256", content, "base64url") + content);
    renameSync(draft, name);
    size = (size ?? 0) + Buffer.byteLength(content) + HASH;
    if (!sizes.has(folder) || size > limit) size = makeRoom(folder, limit);
  } catch {
    size = null;
    try {
      rmSync(draft, { force: true });
    } catch {}
  }
  sizes.set(folder, size);
}

/** Removes the oldest entries of a folder that has become too large; gives the bytes that it holds. */
function makeRoom(folder: string, limit: number): number {
  const names = readdirSync(folder).filter((name) => OURS.test(name));
  const entries = names.flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, size: stats.size, time: stats.mtimeMs }] : [];
  });
  let size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size <= limit) return size;
  entries.sort((a, b) => a.time - b.time);
  for (const { path, size: freed } of entries) {
    if (size <= limit / 2) break;
    rmSync(path, { force: true });
    size -= freed;
  }
  return size;
}
