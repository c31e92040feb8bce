/** The keyboard. The table of keys in the page's help is made of this one. */
export interface Key {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  act(): void;
}

/** @param isOn - whether keys are for the picture now, and not for a field or a dialog */
export function followKeys(keys: readonly Key[], isOn: (event: KeyboardEvent) => boolean): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !isOn(event)) return;
    const key = keys.find((each) => each.keys.includes(event.key));
    if (!key) return;
    key.act();
    event.preventDefault();
  });
}
