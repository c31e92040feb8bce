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

/** The colours of the style sheet, as they are in the light or in the dark: a canvas takes no `light-dark()`. */
export function readColours(): Colours {
  const probe = document.createElement("i");
  document.body.append(probe);
  const { style } = probe;
  const shown = getComputedStyle(probe);
  const colours = NAMES.map((name) => {
    style.color = `var(--${name})`;
    return [name, shown.color];
  });
  probe.remove();
  return Object.fromEntries(colours) as Colours;
}
