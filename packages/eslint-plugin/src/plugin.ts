import { readFileSync } from "node:fs";
import * as parser from "@typescript-eslint/parser";
import type { Linter } from "eslint";
import { type AnyRule, rules } from "./rules.js";

/** What ESLint loads. */
export interface Plugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly rules: Readonly<Record<string, AnyRule>>;
  readonly configs: {
    /** The rules, and for TypeScript the parser with the types of the nearest `tsconfig.json`. */
    readonly recommended: Linter.Config[];
    /** The rules alone, for a configuration that has the parser and its types already. */
    readonly rules: Linter.Config[];
  };
}

const NAMESPACE = "@tsyncio";
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The plugin. */
export const plugin: Plugin = {
  meta: { name: "@tsyncio/eslint-plugin", version, namespace: NAMESPACE },
  rules,
  configs: { recommended: [], rules: [] },
};

const severities: Linter.RulesRecord = Object.fromEntries(
  Object.entries(rules).map(([name, { meta }]) => [`${NAMESPACE}/${name}`, meta.docs?.recommended ?? "error"]),
);

plugin.configs.rules.push({
  name: "@tsyncio/rules",
  plugins: { [NAMESPACE]: plugin as unknown as NonNullable<Linter.Config["plugins"]>[string] },
  rules: severities,
});

plugin.configs.recommended.push(
  {
    name: "@tsyncio/typescript",
    files: ["**/*.{ts,mts,cts,tsx}"],
    languageOptions: { parser: parser as Linter.Parser, parserOptions: { projectService: true } },
  },
  ...plugin.configs.rules,
);
