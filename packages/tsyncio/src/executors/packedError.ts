/** Errors on their way between threads and processes. */

export interface PackedError {
  /** What was thrown, where it was no error. */
  readonly value?: unknown;
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string | undefined;
  readonly code?: unknown;
  readonly cause?: PackedError | undefined;
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { value: error };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return { name, message, stack, code, cause: cause === undefined ? undefined : packError(cause) };
}

/** An error of the language's own class where it was one, with the name, the code and the stack that it had. */
export function unpackError(packed: PackedError): unknown {
  const { name, message, stack, code, cause } = packed;
  if (name === undefined) return packed.value;
  const known = (globalThis as Record<string, unknown>)[name] as ErrorConstructor | undefined;
  const isClass = typeof known === "function" && (known === Error || known.prototype instanceof Error);
  const error = new (isClass ? known : Error)(message, cause ? { cause: unpackError(cause) } : undefined);
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  if (code !== undefined) Object.assign(error, { code });
  if (stack !== undefined) error.stack = stack;
  return error;
}
