const NAMES = [
  "ground",
  "text",
  "muted",
  "line",
  "road",
  "paint",
  "running",
  "running-text",
  "ready",
  "waiting",
  "waiting-text",
  "block",
  "error",
  "cancel",
  "spawn",
  "wake",
  "accent",
  "selected",
  "hovered",
] as const;

export type Colours = Readonly<Record<(typeof NAMES)[number], string>>;

/** The colours of the style sheet, as they are in the light or in the dark. */
export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Colours;
}
