/** One thing that is wrong, and where: a JSON pointer into the document (RFC 6901). SET-2. */
export interface SetupFault {
  readonly at: string;
  readonly reason: string;
  /** Where a page says it in the reader's language: what is wrong, and the text that it is about. REG-5. */
  readonly code?: string;
  readonly value?: string;
}

/** A fault for every value that an earlier entry of the list has already. */
export function repeated<T>(list: readonly T[], readValue: (entry: T) => unknown, at: string, field: string): SetupFault[] {
  const firstAt = new Map<unknown, number>();
  return list.flatMap((entry, index) => {
    const value = readValue(entry);
    const first = firstAt.get(value);
    if (first === undefined) {
      firstAt.set(value, index);
      return [];
    }
    return [{ at: `${at}/${index}/${field}`, reason: `${String(value)} is taken by ${at}/${first}` }];
  });
}
