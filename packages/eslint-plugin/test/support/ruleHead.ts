import type { AnyRule } from "@tsyncio/eslint-plugin";

/** How the page of a rule begins. */
export function ruleHead(name: string, { meta }: AnyRule): string {
  const { description = "", recommended, withoutTypes } = { ...meta.docs } as NonNullable<typeof meta.docs>;
  const mends = [meta.fixable === undefined ? "" : "it fixes", meta.hasSuggestions === true ? "it suggests" : ""];
  const lines = [
    `- In \`configs.recommended\`: ${recommended}`,
    `- Edits: ${mends.filter((it) => it !== "").join(", ") || "none"}`,
    `- Types: ${withoutTypes === undefined ? "not needed" : `used. Without: ${withoutTypes}`}`,
  ];
  const [schema] = [meta.schema].flat() as { properties?: Record<string, { description?: string }> }[];
  const options = Object.entries(schema?.properties ?? {}).map(
    ([key, value]) => `- Option \`${key}\`: ${value.description}`,
  );
  return `# ${name}\n\n${description}.\n\n${[...lines, ...options].join("\n")}\n\n`;
}
