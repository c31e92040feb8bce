/** Where generators are suspended: asked of the engine when somebody wants to know, so that nothing is paid for it before. */
import { type Inspector, inspecting } from "./inspector.js";
import { mapped } from "./mapped.js";

/** A script of the engine. */
export interface Script {
  readonly url: string;
  readonly sourceMapURL: string;
}

interface Property {
  readonly name: string;
  readonly value?: {
    readonly objectId?: string;
    readonly value?: { scriptId: string; lineNumber: number; columnNumber: number };
  };
}

/** By their number, which the engine gives once. */
const scripts = new Map<string, Script>();

/**
 * `file:line:column` of each generator, as the program was written where there is a source map; empty where that is not known: it runs, has
 * ended, or the engine does not tell.
 */
export function suspendedAt(generators: readonly object[]): string[] {
  const unknown = generators.map(() => "");
  if (generators.length === 0) return unknown;
  return inspecting((inspector) => {
    const { result } = inspector.ask<{ result: Property[] }>("Runtime.getProperties", {
      objectId: inspector.handleOf([...generators]),
      ownProperties: true,
    });
    const handles = new Map(result.map(({ name, value }) => [name, value?.objectId]));
    return generators.map((_, index) => {
      const objectId = handles.get(String(index));
      return objectId ? locate(inspector, objectId) : "";
    });
  }, unknown);
}

function locate(inspector: Inspector, objectId: string): string {
  const { internalProperties = [] } = inspector.ask<{ internalProperties?: Property[] }>("Runtime.getProperties", {
    objectId,
    ownProperties: true,
  });
  const at = internalProperties.find(({ name }) => name === "[[GeneratorLocation]]")?.value?.value;
  if (!at) return "";
  if (!scripts.has(at.scriptId)) learnScripts(inspector);
  const script = scripts.get(at.scriptId);
  return script ? mapped(script, at.lineNumber, at.columnNumber) : "";
}

/** The engine names all scripts that it has loaded. */
function learnScripts(inspector: Inspector): void {
  inspector.on("Debugger.scriptParsed", (params) => {
    const { scriptId, url, sourceMapURL } = params as { scriptId: string; url: string; sourceMapURL?: string };
    scripts.set(scriptId, { url, sourceMapURL: sourceMapURL ?? "" });
  });
  inspector.ask("Debugger.enable");
  inspector.ask("Debugger.disable");
}
