import { unfit } from "../kernel/unfit.js";

/** @throws TypeError where the value is no port */
export function checkPort(port: unknown): void {
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65_535)
    throw unfit("a port is a number from 0 to 65535", port);
}
