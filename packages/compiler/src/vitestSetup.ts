/**
 * What vitest needs beside lowered files: a set-up module that reports what the tests of a file have forgotten to await,
 * as vitest ends its workers without an end of the process that a program could see.
 *
 * The module is virtual and seems to lie in the root of the project, so that it gets the `vitest` and the `tsyncio` of the
 * project.
 */

/** The name of the set-up module, which vitest resolves from the root. */
export const VITEST_SETUP = "virtual-tsyncio-vitest-setup.js";

const CODE = `import { reportForgotten } from "tsyncio/testing";
import { afterAll } from "vitest";
afterAll(() => reportForgotten());
`;

/** Whether this is a process of vitest. */
export function isVitest(): boolean {
  return process.env["VITEST"] !== undefined;
}

/** Whether vitest looks at the text of the functions of a file. */
export function isVitestFile(filename: string, source: string): boolean {
  return isVitest() && (/\.(?:test|spec)\.[cm]?[jt]sx?$/.test(filename) || /["']vitest["']/.test(source));
}

/** The hook that finds the set-up module. */
export function resolveVitestSetup(id: string): string | null {
  return isVitest() && id.endsWith(VITEST_SETUP) ? id : null;
}

/** The hook that makes it. */
export function loadVitestSetup(id: string): string | null {
  return isVitest() && id.endsWith(VITEST_SETUP) ? CODE : null;
}
