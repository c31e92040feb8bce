/** What a configuration may say of the project, as `settings: { tsyncio: { … } }`. */
export interface TsyncioSettings {
  /** Whether `async` functions are lowered to coroutines, by the loader or a plugin of `@tsyncio/compiler`. Default: true. */
  readonly lowered: boolean;
}

/**
 * @param settings - the settings of a configuration of ESLint
 * @throws TypeError where they make no sense
 */
export function settingsOf(settings: unknown): TsyncioSettings {
  const given: unknown = (settings as { tsyncio?: unknown } | undefined)?.tsyncio ?? {};
  const { lowered = true, ...others } = given as { lowered?: unknown };
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new TypeError(`settings.tsyncio of the ESLint configuration has no "${other}"; it has "lowered"`);
  if (typeof lowered !== "boolean")
    throw new TypeError(
      `settings.tsyncio.lowered of the ESLint configuration is true or false, not ${String(lowered)}`,
    );
  return { lowered };
}
