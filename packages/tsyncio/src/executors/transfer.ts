/** Values that are moved to a thread, not copied. */
import type { TransferListItem } from "node:worker_threads";

export class Transfer<T> {
  readonly value: T;
  readonly list: readonly TransferListItem[];

  constructor(value: T, list: readonly TransferListItem[]) {
    this.value = value;
    this.list = list;
  }
}

/**
 * An argument for a thread that is moved there: the caller has it no longer. A buffer of a typed array, or what `list` says.
 *
 * @example
 * ```ts
 * const pixels = await toThread(decode, transfer(bytes));
 * ```
 */
export function transfer<T>(value: T, list?: readonly TransferListItem[]): T {
  const moved = list ?? [(ArrayBuffer.isView(value) ? value.buffer : value) as TransferListItem];
  return new Transfer(value, moved) as unknown as T;
}

/** The arguments as they are sent, and what of them is moved. */
export function unwrap(args: readonly unknown[]): { args: unknown[]; list: TransferListItem[] } {
  const list: TransferListItem[] = [];
  const plain = args.map((arg) => {
    if (!(arg instanceof Transfer)) return arg;
    list.push(...arg.list);
    return arg.value as unknown;
  });
  return { args: plain, list };
}
