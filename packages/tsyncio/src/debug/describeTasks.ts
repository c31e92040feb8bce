/** What the tasks of a run wait for, with their lines. */
import type { Root } from "../kernel/root.js";
import { captureTasks, tasksByNumber } from "./captureTasks.js";
import { formatTasks } from "./formatTasks.js";

export function describeTasks(root: Root): string {
  let all: ReturnType<typeof tasksByNumber> | undefined;
  return formatTasks(
    captureTasks(({ id }) => {
      all ??= tasksByNumber();
      return all.get(id)?.root === root;
    }),
  );
}
