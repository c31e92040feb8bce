/** What the loop reports, collected. To be called inside a run on a virtual clock: such a loop is the test's own. */
import { getRunningLoop, type Report } from "tsyncio";

export function collectReports(): Report[] {
  const reports: Report[] = [];
  getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
  return reports;
}

export function messages(reports: readonly Report[]): string[] {
  return reports.map(({ message }) => message.split("\n")[0] ?? "");
}
