import { detectFormat } from "./detectFormat.js";
import { transformModule } from "./transformModule.js";
import type { ModuleRequest, UserModule } from "./userModule.js";

/** Makes of a file what Node can run. */
export function compileModule({
  path,
  source,
  lower,
  format: declared,
  requireHelpers,
  stepping,
}: ModuleRequest): UserModule {
  const format = declared ?? detectFormat(path, source);
  const { code } = transformModule(source, {
    filename: path,
    format,
    lower,
    requireHelpers: format === "commonjs" ? requireHelpers : undefined,
    stepping,
  });
  return { format, source: code };
}
