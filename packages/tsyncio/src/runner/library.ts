/** Telling lines of the library from those of the program. */

const platform = ["node:", "<anonymous>"];

/** How the places of the library's lines begin, also by its source maps; in a bundle they cannot be told from those of the program. */
export const library: readonly string[] = import.meta.url.endsWith("/dist/runner/library.js")
  ? [
      ...platform,
      ...["dist/", "src/"].flatMap((folder) => {
        const { href, pathname } = new URL(`../../${folder}`, import.meta.url);
        return [href, decodeURIComponent(pathname)];
      }),
    ]
  : [...platform];

/** Also of the platform. */
export function isLibrary(place: string): boolean {
  return library.some((start) => place.startsWith(start));
}
