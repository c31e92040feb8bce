import { ps } from "@tsyncio/inspector/attach";

/** What `--json` gives. */
export async function json(pid: number, options: object = {}): Promise<any> {
  return JSON.parse(await ps(pid, { json: true, ...options }));
}
