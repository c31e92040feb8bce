// @tsyncio-off
/**
 * `npm run differential -- --seeds FROM..TO`: random programs on tsyncio and on CPython's asyncio; their traces must be equal, event by event.
 * `--program FILE` repeats a shrunk one.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { firstDifference, sideBySide } from "./compare.ts";
import { describe } from "./describe.ts";
import { generate } from "./generate.ts";
import { play, type Sabotage } from "./interpreter.ts";
import type { Program, Trace } from "./program.ts";
import { Python, versionOf } from "./python.ts";
import { shrink, sizeOf } from "./shrink.ts";

/** Programs that Python is given at once. It runs them while tsyncio does. */
const BATCH = 250;

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "0..2000" },
    program: { type: "string" },
    python: { type: "string", default: process.env["PYTHON"] ?? "python3" },
    /** After so many divergences it stops. */
    most: { type: "string", default: "3" },
    sabotage: { type: "string" },
  },
});
const sabotage = options.sabotage as Sabotage | undefined;
const found = versionOf(options.python);
if ("unfit" in found) {
  console.log(`SKIPPED: ${found.unfit}`);
  process.exit(0);
}
const python = new Python(options.python);
const names = ["tsyncio", `CPython ${found.version}`] as const;
const divergences = options.program ? await one(options.program) : await many(options.seeds);
python.end();
process.exitCode = divergences > 0 ? 1 : 0;

async function one(file: string): Promise<number> {
  const program = JSON.parse(readFileSync(file, "utf8")) as Program;
  const [ours, theirs] = await both([program]);
  console.log(`${describe(program)}\n\n${sideBySide(ours[0]!, theirs[0]!, names)}`);
  return firstDifference(ours[0]!, theirs[0]!) >= 0 ? 1 : 0;
}

async function many(range: string): Promise<number> {
  const [from = 0, to = 0] = range.split("..").map(Number);
  const start = performance.now();
  let divergent = 0;
  let events = 0;
  let size = 0;
  let seed = from;
  while (seed < to && divergent < Number(options.most)) {
    const programs: Program[] = [];
    for (; programs.length < BATCH && seed < to; seed++) programs.push(generate(seed));
    const [ours, theirs] = await both(programs);
    for (const [place, program] of programs.entries()) {
      events += theirs[place]!.length;
      size += sizeOf(program);
      if (firstDifference(ours[place]!, theirs[place]!) < 0) continue;
      divergent++;
      if (divergent <= Number(options.most)) await show(seed - programs.length + place, program);
    }
  }
  const programs = seed - from;
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${programs} programs of ${(size / programs).toFixed(1)} steps on average, ${events} events, ${names[1]}, ` +
      `${seconds.toFixed(1)} s: ${divergent} divergences`,
  );
  return divergent;
}

async function both(programs: readonly Program[]): Promise<[Trace[], Trace[]]> {
  const asked = python.play(programs);
  const ours: Trace[] = [];
  for (const program of programs)
    ours.push(await play(program, sabotage).catch((error: Error) => [String(error.stack)]));
  return [ours, await asked];
}

async function show(seed: number, program: Program): Promise<void> {
  const small = await shrink(program, async (candidates) => {
    const [ours, theirs] = await both(candidates);
    return candidates.map((_, place) => firstDifference(ours[place]!, theirs[place]!) >= 0);
  });
  const file = fileURLToPath(new URL(`.build/seed-${seed}.json`, import.meta.url));
  mkdirSync(new URL(".build/", import.meta.url), { recursive: true });
  writeFileSync(file, `${JSON.stringify(small, null, 1)}\n`);
  const [ours, theirs] = await both([small]);
  console.log(`seed ${seed} diverges; shrunk to ${sizeOf(small)} steps in ${file}\n`);
  console.log(`${describe(small)}\n\n${sideBySide(ours[0]!, theirs[0]!, names)}\n`);
}
