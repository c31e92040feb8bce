import type { TSESLint } from "@typescript-eslint/utils";
import type { RuleDocs } from "./analysis/rule.js";
import { noAsyncCallbackDropped } from "./rules/noAsyncCallbackDropped.js";
import { noAwaitTwice } from "./rules/noAwaitTwice.js";
import { noBareGeneratorDelegation } from "./rules/noBareGeneratorDelegation.js";
import { noBlockingCall } from "./rules/noBlockingCall.js";
import { noFloatingCoroutine } from "./rules/noFloatingCoroutine.js";
import { noSequentialAwaitOfIndependent } from "./rules/noSequentialAwaitOfIndependent.js";
import { noSwallowedCancel } from "./rules/noSwallowedCancel.js";
import { requireYieldStar } from "./rules/requireYieldStar.js";

/** A rule, whatever its messages and options. */
export interface AnyRule {
  readonly meta: TSESLint.RuleMetaData<string, RuleDocs, readonly unknown[]>;
  create(context: never): TSESLint.RuleListener;
}

/** All rules, by their names. */
export const rules: Readonly<Record<string, AnyRule>> = {
  "no-async-callback-dropped": noAsyncCallbackDropped,
  "no-await-twice": noAwaitTwice,
  "no-bare-generator-delegation": noBareGeneratorDelegation,
  "no-blocking-call": noBlockingCall,
  "no-floating-coroutine": noFloatingCoroutine,
  "no-sequential-await-of-independent": noSequentialAwaitOfIndependent,
  "no-swallowed-cancel": noSwallowedCancel,
  "require-yield-star": requireYieldStar,
};
