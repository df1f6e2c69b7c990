import { runClassroom } from "../classroom.ts";
import { runCommand } from "../service/command.ts";

/** Everything in one process: one teacher, one laptop. */
await runCommand("start", runClassroom);
