import { type Trace, unpackTrace } from "tsyncio/debug";

/** The trace that stands in the page: packed, gzipped, as base64. */
export async function loadTrace(): Promise<Trace> {
  const text = document.getElementById("trace")?.textContent?.trim() ?? "";
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return unpackTrace(new Uint8Array(await new Response(stream).arrayBuffer()));
}
