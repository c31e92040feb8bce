import { Text, useInput } from "ink";
import type { ReactElement } from "react";
import type { Key } from "./arrange.js";
import type { ScreenLine } from "./screenText.js";

interface TopViewProps {
  readonly lines: readonly ScreenLine[];
  readonly onKey: (input: string, key: Key) => void;
}

const STYLES = {
  plain: {},
  title: { inverse: true },
  alarm: { color: "red", bold: true },
  faint: { dimColor: true },
} as const;

/** The screen of `tsyncio top`: lines that are as wide as the terminal. */
export function TopView({ lines, onKey }: TopViewProps): ReactElement {
  useInput(onKey);
  return (
    <>
      {lines.map(({ text, style }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is what stands at its place on the screen
        <Text key={index} wrap="truncate" {...STYLES[style]}>
          {text}
        </Text>
      ))}
    </>
  );
}
