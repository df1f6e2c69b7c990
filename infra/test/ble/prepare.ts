import { missingForPython, pythonWith } from "../python.ts";
import { REQUIREMENTS } from "./virtual-air.ts";

/** Before the first file of the suite, so that no two of them fetch bumble at the same time. */
export default function setup(): void {
  if (missingForPython() === null) pythonWith(REQUIREMENTS);
}
