import { sleep } from "tsyncio";

/** Takes some milliseconds, and tidies up however it ends. */
export async function download(page: string, time: number): Promise<string> {
  try {
    await sleep(time);
    console.log(`${page} has come`);
    return page.toUpperCase();
  } finally {
    console.log(`${page} is cleaned up`);
  }
}
