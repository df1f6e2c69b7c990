import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A whole collection now, so that one measurement does not pay for what another left behind. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
