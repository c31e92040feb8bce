/**
 * Two tasks that each hold a lock and want that of the other, while a third one goes on: the process does not end. `tsyncio pstree PID`
 * names the ring.
 */
import { createTask, gather, Lock, run, sleep } from "tsyncio";

const accounts = { ada: new Lock(), grace: new Lock() };

async function transfer(from: Lock, to: Lock): Promise<void> {
  using _from = await from.acquire();
  await sleep(10);
  using _to = await to.acquire();
}

async function heartbeat(): Promise<void> {
  for (;;) await sleep("1s");
}

async function main(): Promise<void> {
  createTask(heartbeat(), { name: "heartbeat" });
  const there = createTask(transfer(accounts.ada, accounts.grace), { name: "ada to grace" });
  const back = createTask(transfer(accounts.grace, accounts.ada), { name: "grace to ada" });
  await sleep(50);
  console.log(`${process.pid}: two transfers`);
  await gather(there, back);
}

await run(main());
