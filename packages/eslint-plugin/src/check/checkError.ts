/** What was asked for cannot be checked. The message is for the person who asked. */
export class CheckError extends Error {
  override readonly name: string = "CheckError";
  readonly code: string = "ERR_TSYNCIO_CHECK";
}
