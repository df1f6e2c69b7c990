import os from "node:os";
import path from "node:path";

/** What suites fetch once and keep: the user's cache folder, so that `npm ci` leaves it alone. */
export const CACHE = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "penlight");
