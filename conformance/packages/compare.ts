// @tsyncio-off
/** What the runs of a suite say: what is not as written down, and what is to be written down. */
import type { Copy } from "./checkout.ts";
import type { SuiteRun } from "./runSuite.ts";
import { type Count, type Form, type Reason, reasonOf, type Suite } from "./suite.ts";

/** A run of one form. */
export interface FormRun extends SuiteRun {
  readonly copy: Copy;
}
export type Runs = Readonly<Partial<Record<Form, FormRun>>>;

/** The tests that pass natively, and not in the given form. */
export function failedIn(form: Form, suite: Suite, runs: Runs): string[] {
  const outcomes = runs[form]?.outcomes;
  if (outcomes === undefined) return [];
  return fitTests(suite, runs).filter((test) => outcomes.get(test) !== true);
}

/** The tests that have a say: they pass natively, each time. */
function fitTests(suite: Suite, runs: Runs): string[] {
  const native = [...(runs.native?.outcomes ?? [])];
  return native.filter(([test, passed]) => passed && !suite.unfit.includes(test)).map(([test]) => test);
}

/** One line for each test that fails and is not written down, or whose reason does not hold. */
export function problems(suite: Suite, runs: Runs): string[] {
  const lines: string[] = [];
  for (const [test, passed] of runs.native?.outcomes ?? [])
    if (!passed && !suite.unfit.includes(test)) lines.push(`fails natively: ${test}`);
  for (const test of failedIn("lowered", suite, runs))
    if (reasonOf(suite, test) === undefined) lines.push(`fails on the lowered sources, for no known reason: ${test}`);
  for (const test of failedIn("eager", suite, runs))
    if (reasonOf(suite, test) === "starts at once") lines.push(`fails also where calls are eager tasks: ${test}`);
  for (const test of failedIn("promises", suite, runs))
    if (reasonOf(suite, test) !== "reads the code") lines.push(`a fault of the lowering: ${test}`);
  return lines;
}

/** The suite with what these runs gave. A reason that was written down stays; others are told by what the forms have in common. */
export function recorded(suite: Suite, runs: Required<Runs>): Suite {
  const unfit = [...new Set([...suite.unfit, ...failedTests(runs.native)])].sort();
  const fit = { ...suite, unfit };
  const [lowered, eager, promises] = (["lowered", "eager", "promises"] as const).map((form) =>
    failedIn(form, fit, runs),
  );
  const deviations: Partial<Record<Reason, string[]>> = {};
  for (const test of lowered as string[]) {
    const told = eager?.includes(test) ? "takes its turn" : "starts at once";
    const reason = reasonOf(suite, test) ?? told;
    deviations[reason] = [...(deviations[reason] ?? []), test].sort();
  }
  for (const test of promises as string[])
    if (reasonOf(suite, test) !== "reads the code") console.error(`  a fault of the lowering? ${test}`);
  const { files, functions } = runs.lowered.copy;
  const counts = {} as Record<Form, Count>;
  for (const form of Object.keys(runs) as Form[]) {
    const ran = fitTests(fit, runs);
    counts[form] = { passed: ran.length - failedIn(form, fit, runs).length, ran: ran.length };
  }
  const { counts: _, unfit: __, deviations: ___, ...rest } = suite;
  return { ...rest, files, functions, counts, unfit, deviations };
}

function failedTests(run: FormRun): string[] {
  return [...run.outcomes].filter(([, passed]) => !passed).map(([test]) => test);
}
