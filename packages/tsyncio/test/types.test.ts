/**
 * What compilers know of the library: claims in ./types, which TypeScript 5.9, 6 and 7 read beside the built declarations; and those
 * that need the types of Node, here, which the one reads that compiles the tests.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { coroutine, sleep } from "tsyncio";
import { type EventStream, events, fromAsyncIterable } from "tsyncio/interop";
import { packageRoot } from "./support/child.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(...claims: T[]): number => claims.length;

/** Never called: only the compiler reads it. */
export function* eventClaims(
  signal: AbortSignal,
  emitter: EventEmitter,
  target: EventTarget & { onping: ((event: CustomEvent<number>) => void) | null },
): Generator<unknown, void, any> {
  holds<Equal<ReturnType<typeof events<AbortSignal, "abort">>, EventStream<Event>>>(true);
  const { value: abort } = yield* events(signal, "abort").next();
  const { value: ping } = yield* events(target, "ping").next();
  const { value: other } = yield* events(target, "other").next();
  const { value: text } = yield* events<string>(emitter, "text").next();
  const { value: unsaid } = yield* events(emitter, "text").next();
  const { value: given } = yield* events<CustomEvent<string>>(target, "pong").next();
  const { value: chunk } = yield* fromAsyncIterable(
    (async function* () {
      yield 1;
    })(),
  ).next();
  holds<Equal<typeof abort, Event | undefined>>(true);
  holds<Equal<typeof ping, CustomEvent<number> | undefined>>(true);
  holds<Equal<typeof other, Event | undefined>>(true);
  holds<Equal<typeof text, string | undefined>>(true);
  holds<Equal<typeof unsaid, unknown>>(true);
  holds<Equal<typeof given, CustomEvent<string> | undefined>>(true);
  holds<Equal<typeof chunk, number | undefined>>(true);
  // @ts-expect-error: neither an emitter nor a target
  events({}, "x");
  // @ts-expect-error: no such policy
  events(emitter, "x", { overflow: "drop" });
  // @ts-expect-error: a list is no async iterable
  fromAsyncIterable([1]);
}

const add = coroutine(function* (a: number, b: string) {
  yield* sleep(1);
  return a + b;
});

/** An async function's promise type takes a coroutine: lowered code keeps its types. */
export const asPromise: () => Promise<string> = () => add(1, "2");

/** What a compiler says of ./types: the places of its errors, `file:line`. */
async function errorsOf(compiler: string): Promise<string[]> {
  const command = fileURLToPath(new URL(`bin/tsc`, import.meta.resolve(`${compiler}/package.json`)));
  const child = spawn(process.execPath, [command, "-p", "test/types", "--pretty", "false"], { cwd: packageRoot });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await new Promise((resolve) => child.on("close", resolve));
  const places = output.matchAll(/^(\S+)\((\d+),\d+\): error/gm);
  return [...new Set(Array.from(places, ([, file, line]) => `${file}:${line}`))];
}

/** The lines that must not compile. */
function wrongLines(): string[] {
  const file = "test/types/fixtures/wrong.ts";
  const lines = readFileSync(join(packageRoot, file), "utf8").split("\n");
  return lines.flatMap((line, index) => (/wrong\)?$/.test(line) ? [`${file}:${index + 1}`] : []));
}

describe("types", () => {
  test("a coroutine is a promise to the compiler, and native await has its value's type", async () => {
    const value: string = await asPromise();
    assert.equal(value, "12");
  });

  test("the declarations of all portable entries are among those that the compilers read", () => {
    const { exports } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
      exports: Record<string, { browser?: string }>;
    };
    const entries = Object.keys(exports).filter((subPath) => exports[subPath]?.browser);
    const read = readFileSync(join(packageRoot, "test/types/entries.ts"), "utf8");
    for (const subPath of entries) assert.ok(read.includes(`from "tsyncio${subPath.slice(1)}"`), subPath);
  });

  // The verdict of a compiler does not depend on the Node that it runs on: the other Nodes of the suite need not ask again.
  if (!process.execPath.includes("node_modules")) {
    for (const [name, compiler] of [
      ["TypeScript 5.9", "typescript59"],
      ["TypeScript 6", "typescript6"],
      ["TypeScript 7", "typescript"],
    ] as const) {
      test(`the claims hold in ${name}, and each wrong one is an error`, async () => {
        const { version } = JSON.parse(
          readFileSync(fileURLToPath(import.meta.resolve(`${compiler}/package.json`)), "utf8"),
        ) as { version: string };
        assert.ok(`TypeScript ${version}`.startsWith(name), version);
        assert.deepEqual(await errorsOf(compiler), wrongLines());
      });
    }
  }
});
