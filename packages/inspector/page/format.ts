/** A time for people, with three digits that count. */
export function duration(ms: number): string {
  if (ms >= 60_000) return `${Math.floor(ms / 60_000)} min ${digits((ms % 60_000) / 1000)} s`;
  if (ms >= 1000) return `${digits(ms / 1000)} s`;
  if (ms >= 1) return `${digits(ms)} ms`;
  return `${digits(ms * 1000)} µs`;
}

function digits(value: number): string {
  const places = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(places).replace(/\.0+$|(?<=\.\d*[1-9])0+$/, "");
}

/** A place on the axis, as exact as the distance of its marks. */
export function tick(ms: number, step: number): string {
  if (step >= 1000) return `${(ms / 1000).toFixed(0)} s`;
  if (step >= 1)
    return ms >= 10_000 ? `${(ms / 1000).toFixed(step >= 100 ? 1 : step >= 10 ? 2 : 3)} s` : `${ms.toFixed(0)} ms`;
  if (step >= 0.001) return `${ms.toFixed(step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3)} ms`;
  return `${(ms * 1000).toFixed(1)} µs`;
}

export function count(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}

/** A place in the program, as short as it tells something: the last two parts of its path. */
export function shortPlace(place: string): string {
  return place.replace(/^file:\/\//, "").replace(/^.*?([^/\\]+[/\\][^/\\]+)$/, "$1");
}
