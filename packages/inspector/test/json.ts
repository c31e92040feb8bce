import { ps } from "@tsyncio/inspector/attach";

/** The machine may be busy with other tests. */
export const timeout = 60_000;

/** What `--json` gives. */
export async function json(pid: number, options: object = {}): Promise<any> {
  return JSON.parse(await ps(pid, { json: true, timeout, ...options }));
}

/** The same, of a process whose loop comes round: where a busy machine lets it wait too long, it is looked at anew. */
export async function jsonOfRunning(pid: number): Promise<any> {
  for (let left = 20; ; left--) {
    const look = await json(pid);
    if (left === 0 || look.loop.state === "running") return look;
  }
}
