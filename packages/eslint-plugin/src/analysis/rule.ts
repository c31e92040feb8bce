import { ESLintUtils, type TSESLint } from "@typescript-eslint/utils";

/** What the documentation of a rule says of it. */
export interface RuleDocs {
  /** Whether `configs.recommended` has it, and how loud. */
  readonly recommended: "error" | "warn";
  /** What the rule cannot see where there is no type information; none where it needs none. */
  readonly withoutTypes?: string;
}

/** A rule of this plugin. */
export type Rule<Messages extends string, Options extends readonly unknown[] = []> = TSESLint.RuleModule<
  Messages,
  Options,
  RuleDocs
>;

/** What a rule is given. */
export type Context<Messages extends string, Options extends readonly unknown[] = []> = Readonly<
  TSESLint.RuleContext<Messages, Options>
>;

type Definition<Messages extends string, Options extends readonly unknown[]> = Readonly<
  ESLintUtils.RuleWithMetaAndName<Options, Messages, RuleDocs>
>;

/** Makes a rule that points at its page. */
export const createRule: <Options extends readonly unknown[], Messages extends string>(
  definition: Definition<Messages, Options>,
) => Rule<Messages, Options> = ESLintUtils.RuleCreator<RuleDocs>(
  (name) => new URL(`../../docs/rules/${name}.md`, import.meta.url).href,
);
