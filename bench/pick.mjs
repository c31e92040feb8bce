/** Of a list the items that an option names, with a comma between them; all where it is not given. Ends the process where one is unknown. */
export function pick(option, list, wanted) {
  if (wanted === undefined) return [...list];
  const names = wanted.split(",");
  const unknown = names.find((name) => !list.some((item) => item.name === name));
  if (unknown !== undefined) fail(`--${option} ${unknown}: know only ${list.map(({ name }) => name).join(", ")}`);
  return list.filter(({ name }) => names.includes(name));
}

/** Says what is wrong with the command line, and ends the process. */
export function fail(message) {
  console.error(message);
  process.exit(2);
}
