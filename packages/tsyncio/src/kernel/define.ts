/** Sets properties that nobody comes across who lists the others; they can be overwritten, as those of a class. */
export function define(target: object, properties: object): void {
  for (const key of Reflect.ownKeys(properties))
    Object.defineProperty(target, key, { value: Reflect.get(properties, key), configurable: true, writable: true });
}
