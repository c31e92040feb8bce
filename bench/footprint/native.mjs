import { setTimeout as later } from "node:timers/promises";
import { weigh } from "#weigh";

const depth = Number(process.argv[2]);

async function down(n) {
  if (n > 1) await down(n - 1);
  else await later(3_600_000);
}

await weigh(
  async (n) => Array.from({ length: n }, () => down(depth)),
  () => later(0),
);
