/** What the servers of this folder have in common: something that takes its time, and guests. */
import { abortSignal, createTask, type Duration, Event, sleep } from "tsyncio";

const brewing = new Event();
const pouredAway = new Event();

/** Takes its time, and has to clean up however it ends. */
export async function brew(kind: string, time: Duration): Promise<string> {
  let ready = false;
  console.log(`server: brews ${kind} tea`);
  if (kind === "black") brewing.set();
  try {
    await sleep(time);
    ready = true;
    return `a cup of ${kind} tea\n`;
  } finally {
    await sleep("1ms"); // rinses the pot
    if (!ready) {
      console.log(`server: pours the ${kind} tea away`);
      pouredAway.set();
    }
  }
}

/** One guest has patience, one has not, and one asks for coffee. */
export async function visit(url: string): Promise<void> {
  console.log(`client: ${await order(`${url}/tea?kind=green&time=10ms`)}`);
  const hasty = createTask(order(`${url}/tea?kind=black&time=1h`));
  await brewing.wait();
  console.log("client: leaves");
  hasty.cancel();
  await pouredAway.wait();
  console.log(`client: ${await order(`${url}/coffee`)}`);
}

/** With `--serve` until Ctrl-C; else the guests come, and that is it. */
export async function open(url: string): Promise<void> {
  if (process.argv.includes("--serve")) {
    console.log(`serving on ${url}`);
    await sleep(Infinity);
  } else await visit(url);
}

async function order(url: string): Promise<string> {
  const response = await fetch(url, { signal: abortSignal() });
  const text = await response.text();
  return response.ok ? text.trim() : `status ${response.status}`;
}
