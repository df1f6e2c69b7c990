import { faultOf, type SetupFault } from "@penlight/proto";

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
    return [faultOf(`${at}/${index}/${field}`, "taken", String(value), `${at}/${first}`)];
  });
}
