// Makes tables of the samples.

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** (max − min) / median, as in "the rounds differ by 7 %". */
export function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** What a cell comes down to, or undefined where there is nothing to say. */
export function summary(cell, scenario, least = false) {
  if (cell === undefined || cell.samples.length === 0) return undefined;
  const costs = cell.samples.map(({ ms, n }) => (scenario.wall ? ms * 1e6 : (ms * 1e6) / n));
  const { n } = cell.samples[0];
  return {
    cost: least ? Math.min(...costs) : median(costs),
    spread: spread(costs),
    peakBytes: median(cell.samples.map(({ peakBytes }) => peakBytes)),
    fewer: scenario.operations !== undefined && n < scenario.operations ? n : undefined,
  };
}

/** The tables, one row a scenario, one column a contender. */
export function table(results, scenarios, contenders, { markdown, least }) {
  const baseline = contenders[0];
  const header = ["", ...contenders.map(({ title, version }) => [title, version].filter(Boolean).join(" "))];
  const rows = scenarios.map((scenario) => {
    const cells = results.get(scenario.name);
    const base = summary(cells.get(baseline.name), scenario, least);
    return [
      scenario.title,
      ...contenders.map(({ name }) => text(cells.get(name), scenario, base, name === baseline.name, least)),
    ];
  });
  return markdown ? asMarkdown(header, rows) : asText(header, rows);
}

function text(cell, scenario, base, isBase, least) {
  if (cell.error !== undefined) return ["FAILED"];
  const own = summary(cell, scenario, least);
  if (own === undefined) return ["–"];
  // Fewer sleepers, or a smaller share of them, is not the same work in the same wall time.
  const comparable = !isBase && base !== undefined && !(scenario.wall && own.fewer !== base.fewer);
  return [
    duration(own.cost) + (scenario.wall ? `, ${Math.round(own.peakBytes / 1e6)} MB` : ""),
    comparable ? `${times(base.cost / own.cost)}` : "",
    `±${Math.round(own.spread * 100)} %`,
    own.fewer === undefined ? "" : `n = ${thousands(own.fewer)}`,
  ].filter((part) => part !== "");
}

function asText(header, rows) {
  const lines = [header, ...rows.map(([title, ...cells]) => [title, ...cells.map((parts) => parts.join(" "))])];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("   "))
    .join("\n");
}

function asMarkdown(header, rows) {
  const cell = ([first, ...rest]) => (rest.length === 0 ? first : `${first} (${rest.join(", ")})`);
  return [
    `| ${header.join(" | ")} |`,
    `|---|${"---:|".repeat(header.length - 1)}`,
    ...rows.map(([title, ...cells]) => `| ${title} | ${cells.map(cell).join(" | ")} |`),
  ].join("\n");
}

/** "1.3×", and where it is slow "1/12×". */
export function times(ratio) {
  if (ratio < 0.0995) return `1/${Math.round(1 / ratio)}×`;
  return `${ratio < 9.95 ? ratio.toPrecision(2) : Math.round(ratio)}×`;
}

function duration(ns) {
  if (ns < 1e3) return `${ns < 99.5 ? ns.toPrecision(2) : Math.round(ns)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toPrecision(3)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toPrecision(3)} ms`;
  return `${(ns / 1e9).toFixed(1)} s`;
}

function thousands(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, " ");
}
