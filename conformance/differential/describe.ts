/** A program as text, for people. */
import type { Act, Awaited, Block, Program, Step } from "./program.ts";

export function describe(program: Program): string {
  const { main, futures, ...things } = program;
  const made = Object.entries(things).filter(([, list]) => list.length > 0);
  return [
    `futures ${Array.from({ length: futures }, (_, slot) => `s${slot}`).join(", ") || "none"}`,
    ...made.map(([name, list]) => `${name} ${JSON.stringify(list)}`),
    "main {",
    ...indented(main),
    "}",
  ].join("\n");
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
      return numbered([actsText(step.acts)]);
    case "soon":
      return numbered([`t${step.timer} = soon(${step.ticks}): ${actsText(step.acts)}`]);
    case "later":
      return numbered([`t${step.timer} = later(${step.ms} ms, ${step.ticks}): ${actsText(step.acts)}`]);
    case "callback":
      return numbered([`when s${step.slot} is done: ${actsText(step.acts)}`]);
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
    case "acquire":
      return [`${numbered}${what.from} ${what.at}.acquire()`];
    case "with":
      return withBlock(`${numbered}${what.from} ${what.at}.with`, what.body);
    case "event":
      return [`${numbered}event ${what.at}.wait()`];
    case "notified":
      return [`${numbered}condition ${what.at}.wait()`];
    case "raised":
      return [`${numbered}condition ${what.at}.waitFor(raised ${what.times} times)`];
    case "barrier":
      return [`${numbered}barrier ${what.at}.wait()`];
    case "put":
      return [`${numbered}queue ${what.at}.put(${what.item})`];
    case "get":
    case "join":
      return [`${numbered}queue ${what.at}.${what.is}()`];
  }
}

function list(head: string, all: readonly Awaited[]): string[] {
  return [`${head} [`, ...all.flatMap((one) => awaitedLines("", one)).map((line) => `  ${line}`), "]"];
}

function limit(ms: number | undefined): string {
  return ms === undefined ? "" : ` ${ms} ms`;
}

function actsText(acts: readonly Act[]): string {
  return acts.map(actText).join("; ");
}

function actText(act: Act): string {
  const { act: name, ...rest } = act;
  return [name, ...Object.entries(rest).map(([key, value]) => (key === "slot" ? `s${value}` : `${key} ${value}`))].join(
    " ",
  );
}
