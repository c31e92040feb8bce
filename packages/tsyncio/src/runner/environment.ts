/** What the environment of the process asks for, where there is one. */
interface ProcessLike {
  env?: Record<string, string | undefined>;
}

/** Whether debug mode is switched on from outside. */
export function debugAsked(): boolean {
  const { process } = globalThis as unknown as { process?: ProcessLike };
  try {
    const value = process?.env?.["TSYNCIO_DEBUG"];
    return value !== undefined && value !== "" && value !== "0";
  } catch {
    // Deno asks for a permission.
    return false;
  }
}
