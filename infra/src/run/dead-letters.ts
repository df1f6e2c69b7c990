import type { Config } from "../config.ts";
import { ConfigError } from "../config.ts";
import { readDeadLetters, replayLetter, type StoredLetter, whyNotReplayed } from "../dead-letters.ts";
import { letterDetails, letterLine } from "../dead-letters-text.ts";
import type { ClickHouseHistory } from "../history/clickhouse-history.ts";
import { openHistory } from "../open-history.ts";
import { type MeasuredLog, openLog } from "../open-log.ts";
import { type Command, runCommand } from "../service/command.ts";
import { SystemClock } from "../system-clock.ts";

/** list | show ID | replay ID... | replay --all, over the configured log, or the embedded one when nobody else has it. */
await runCommand("dead-letters", async (command) => {
  const { config } = command;
  const act = actOf(config);
  const clock = new SystemClock();
  const log = await openLog(config, clock);
  try {
    await act({ ...command, log, clock, letters: await readDeadLetters(log) });
  } finally {
    await log.close();
  }
});

interface Desk extends Command {
  readonly log: MeasuredLog;
  readonly clock: SystemClock;
  readonly letters: readonly StoredLetter[];
}

function actOf({ words, all }: Config): (desk: Desk) => Promise<void> | void {
  const [verb = "list", ...ids] = words;
  if (verb === "list" && ids.length === 0 && !all) return list;
  if (verb === "show" && ids.length === 1 && !all) return show;
  if (verb === "replay" && ids.length > 0 !== all) return replay;
  throw new ConfigError(
    `"${words.join(" ")}${all ? " --all" : ""}" is not understood; it may be list, show ID, replay ID..., or replay --all`,
  );
}

function list({ letters, say }: Desk): void {
  for (const letter of letters) say(letterLine(letter));
  const replayed = letters.filter((letter) => letter.replayedMs !== null).length;
  say(`${letters.length} dead letters, ${replayed} of them replayed`);
}

function show({ config, letters, say }: Desk): void {
  for (const line of letterDetails(lettersNamed(letters, config.words.slice(1))[0] as StoredLetter)) say(line);
}

/** What cannot be put back is named and left; with `--all` that is no failure. */
async function replay({ config, log, clock, letters, say }: Desk): Promise<void> {
  const named = config.all
    ? letters.filter((letter) => letter.replayedMs === null)
    : lettersNamed(letters, config.words.slice(1));
  const refused = named.flatMap((letter) => {
    const why = whyNotReplayed(letter);
    return why === null ? [] : [`${letter.id}: ${why}`];
  });
  if (refused.length > 0 && !config.all) throw new ConfigError(`it cannot be replayed: ${refused.join("; ")}`);
  let opened: ClickHouseHistory | null = null;
  const history = async () => {
    opened ??= await openHistory(config, clock, {});
    return opened;
  };
  try {
    const good = named.filter((letter) => whyNotReplayed(letter) === null);
    for (const letter of good) {
      await replayLetter(letter, { log, clock, history });
      say(`${letter.id} is back in ${letter.reason === "history.refused" ? "history" : letter.topic}`);
    }
    for (const text of refused) say(`left: ${text}`);
    say(`${good.length} replayed, ${refused.length} left`);
  } finally {
    await (opened as ClickHouseHistory | null)?.close();
  }
}

function lettersNamed(letters: readonly StoredLetter[], ids: readonly string[]): StoredLetter[] {
  return ids.map((id) => {
    const letter = letters.find((each) => each.id === id);
    if (letter === undefined) throw new ConfigError(`there is no dead letter ${id}; npm run dead-letters -- list names them`);
    return letter;
  });
}
