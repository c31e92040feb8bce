/** A process could not be looked into. The message says why, and what can be done. */
export class AttachError extends Error {
  readonly code = "ERR_TSYNCIO_ATTACH";

  override get name(): string {
    return "AttachError";
  }
}
