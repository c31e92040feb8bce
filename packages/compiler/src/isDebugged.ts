/**
 * Whether a debugger is attached, or can be, in this process. The thread of the hooks on Node 20 sees no inspector, but the
 * options of the process.
 */
export function isDebugged(): boolean {
  return hasInspector() || /(^|\s)--inspect/.test([...process.execArgv, process.env["NODE_OPTIONS"]].join(" "));
}

/** Node can be built without one. */
function hasInspector(): boolean {
  try {
    return process.getBuiltinModule("node:inspector").url() !== undefined;
  } catch {
    return false;
  }
}
