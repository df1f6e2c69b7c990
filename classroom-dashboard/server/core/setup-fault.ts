/** One thing that is wrong, and where: a JSON pointer into the document (RFC 6901). SET-2. */
export interface SetupFault {
  readonly at: string;
  readonly reason: string;
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
