// @tsyncio-off
/** What is known of one package: a file of `suites/`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * How the sources are run: as they are; lowered; lowered, with helpers that make a task of each call (`eager.mjs`); lowered, with helpers
 * that drive by native promises (`promises.mjs`).
 */
export const FORMS = ["native", "lowered", "eager", "promises"] as const;
export type Form = (typeof FORMS)[number];

/** Why a test of a package can fail on its lowered sources. */
export const REASONS = {
  "starts at once":
    "the package, or the test, counts on a call that begins although nobody awaits it yet; each passes on the same lowered code where calls are eager tasks",
  "takes its turn":
    "counts on the very turns of native promises: on a call that begins before it returns, on an `await` that waits where there is nothing to wait for, on the outcome of a native promise in the turn after; each passes on the same lowered code where native promises drive it",
  "is a promise": "asks for an `instanceof Promise`; a coroutine is a thenable of another class",
  "reads the code": "looks at the text or the size of the sources",
} as const;
export type Reason = keyof typeof REASONS;

/** How many tests of a suite passed, of how many that ran. */
export interface Count {
  readonly passed: number;
  readonly ran: number;
}

/** A package whose own suite is run on its lowered sources. */
export interface Suite {
  /** The name of the package and of the folder of its checkout. */
  readonly name: string;
  readonly repository: string;
  readonly version: string;
  readonly commit: string;
  /** What its code is like, in a few words. */
  readonly style: string;
  /** A regular expression for the paths of the files to lower; its tests are no sources. */
  readonly sources: string;
  /** What stays out of the copy, as a regular expression for paths: parts of the suite that need more than the rest. */
  readonly without?: string;
  /** The suite, as a command that writes TAP; the commands of its own dependencies are found. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The dependencies that its suite needs, for the message where they are missing. */
  readonly needs: readonly string[];
  /** Files and functions that were lowered. */
  readonly files?: number;
  readonly functions?: number;
  readonly counts?: Readonly<Partial<Record<Form, Count>>>;
  /** Tests that fail natively too, where the network or another platform is missing, or now and then; left out of all comparisons. */
  readonly unfit: readonly string[];
  /** Tests that fail on the lowered sources, by reason. */
  readonly deviations: Readonly<Partial<Record<Reason, readonly string[]>>>;
}

const home: URL = new URL("suites/", import.meta.url);

/** The names of all packages that there are suites for. */
export function suiteNames(): string[] {
  return readdirSync(home)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .sort();
}

/** Reads what is known of a package. */
export function readSuite(name: string): Suite {
  return JSON.parse(readFileSync(new URL(`${name}.json`, home), "utf8")) as Suite;
}

/** Writes down the outcome of a run. */
export function writeSuite(suite: Suite): void {
  writeFileSync(new URL(`${suite.name}.json`, home), `${JSON.stringify(suite, null, 2)}\n`);
}

/** The reason that is written down for a test, if any. */
export function reasonOf(suite: Suite, test: string): Reason | undefined {
  return (Object.keys(suite.deviations) as Reason[]).find((reason) => suite.deviations[reason]?.includes(test));
}
