/** A program as text, for people. */
import type { Act, Awaited, Block, Program, Step } from "./program.ts";

export function describe(program: Program): string {
  const futures = Array.from({ length: program.futures }, (_, slot) => `s${slot}`);
  return [futures.length > 0 ? `futures ${futures.join(", ")}` : "", "main {", ...indented(program.main), "}"]
    .filter((line) => line !== "")
    .join("\n");
}

function indented(block: Block): string[] {
  return block.flatMap(stepLines).map((line) => `  ${line}`);
}

function withBlock(head: string, block: Block): string[] {
  return [`${head} {`, ...indented(block), "}"];
}

function stepLines(step: Step): string[] {
  const numbered = ([first = "", ...rest]: string[]): string[] => [`${step.id}: ${first}`, ...rest];
  switch (step.do) {
    case "await":
      return numbered(awaitedLines("await ", step.what));
    case "spawn":
      return numbered(awaitedLines(`s${step.slot} = createTask `, step.what));
    case "child":
      return numbered(awaitedLines(`s${step.slot} = g${step.group}.createTask `, step.what));
    case "keep":
      return numbered(awaitedLines(`s${step.slot} = `, step.what));
    case "try": {
      const body = step.inner
        ? [
            "try {",
            ...indented(step.body).map((line) => `  ${line}`),
            "  } finally {",
            ...indented(step.inner).map((line) => `  ${line}`),
            "  }",
          ]
        : ["try {", ...indented(step.body)];
      if (step.inner) body[0] = "try { try {";
      const rest = [
        ...(step.handler ? ["} catch {", ...indented(step.handler)] : []),
        ...(step.cleanUp ? ["} finally {", ...indented(step.cleanUp)] : []),
      ];
      return numbered([...body, ...rest, "}"]);
    }
    case "throw":
      return numbered(["throw"]);
    case "spin":
      return numbered([`spin ${step.times}`]);
    case "act":
      return numbered([actText(step.act)]);
    case "soon":
      return numbered([`soon(${step.ticks}): ${actText(step.act)}`]);
    case "later":
      return numbered([`later(${step.ms} ms, ${step.ticks}): ${actText(step.act)}`]);
    case "callback":
      return numbered([`when s${step.slot} is done: ${actText(step.act)}`]);
  }
}

function awaitedLines(head: string, what: Awaited): string[] {
  const numbered = `${head}${what.id}:`;
  switch (what.is) {
    case "sleep":
      return [`${numbered}sleep(${what.ms})`];
    case "slot":
      return [`${head}s${what.slot}`];
    case "call":
      return withBlock(`${numbered}call`, what.body);
    case "timeout":
      return withBlock(`${numbered}timeout(${what.ms})`, what.body);
    case "group":
      return withBlock(`${numbered}g${what.group} = group`, what.body);
    case "task":
      return awaitedLines(`${head}s${what.slot} = createTask `, what.what);
    case "shield":
      return awaitedLines(`${numbered}shield `, what.what);
    case "waitFor":
      return awaitedLines(`${numbered}waitFor(${what.ms}) `, what.what);
    case "gather":
      return list(`${numbered}gather${what.returnExceptions ? "(returnExceptions)" : ""}`, what.of);
    case "wait":
      return list(`${numbered}wait(${what.returnWhen}${limit(what.ms)})`, what.of);
    case "asCompleted":
      return list(`${numbered}asCompleted(${limit(what.ms)})`, what.of);
  }
}

function list(head: string, all: readonly Awaited[]): string[] {
  return [`${head} [`, ...all.flatMap((one) => awaitedLines("", one)).map((line) => `  ${line}`), "]"];
}

function limit(ms: number | undefined): string {
  return ms === undefined ? "" : ` ${ms} ms`;
}

function actText(act: Act): string {
  return "slot" in act ? `${act.act} s${act.slot}` : act.act;
}
