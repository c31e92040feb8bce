/** Telling lines of the library from those of the program. */

const platform = ["node:", "<anonymous>"];

/** This file, by itself and as a part of what Node loads. */
const FILE = /dist\/(runner\/library|node\/core)\.js$/;

/**
 * How the places of the library's lines begin, also by its source maps; in a bundle they cannot be told from those of the program. The address
 * is cut as a text: bundlers take `new URL(…, import.meta.url)` for files that they have to bring along.
 */
export const library: readonly string[] = FILE.test(import.meta.url)
  ? [
      ...platform,
      ...["dist/", "src/"].flatMap((folder) => {
        const href = import.meta.url.replace(FILE, folder);
        return [href, decodeURIComponent(new URL(href).pathname)];
      }),
    ]
  : [...platform];

/** Also of the platform. */
export function isLibrary(place: string): boolean {
  return library.some((start) => place.startsWith(start));
}
