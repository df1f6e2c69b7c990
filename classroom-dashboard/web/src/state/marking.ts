import type {
  AssignmentId,
  BoardMark,
  GivenAssignment,
  InkCell,
  InkRegion,
  ItemId,
  StudentId,
  Verdict,
  WantedMark,
} from "@penlight/proto";
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { refusalTexts } from "../i18n/faults.ts";
import type { MarkWords } from "../i18n/mark-words.ts";
import type { Language } from "../i18n/messages.ts";
import { type EarlierLesson, fetchEarlier, fetchReview, type KeyChange, putKeys, sayMarks } from "../marks/api.ts";
import { type Decision, decideNext, EMPTY_QUEUE, leaveOut, nameOf, queueOf, skipNext, takeBack } from "../marks/queue.ts";
import type { BoardSignals } from "./board-signals.ts";

/** So many messages are on the screen at a time; the oldest goes. */
const MESSAGES_MAX = 3;

export interface MarkMessage {
  readonly id: number;
  /** In whatever language the page speaks by then. */
  readonly say: (words: MarkWords, language: Language) => string;
}

/** Where the queue is: closed, or open with what is known of it. */
export type ReviewStanding = "closed" | "loading" | "failed" | "open";

/** A word of this page's teacher. */
interface OwnWord {
  readonly assignment: AssignmentId | null;
  readonly student: StudentId;
  readonly item: ItemId;
  readonly version: number;
}

export interface MarkingOptions {
  readonly board: BoardSignals;
  /** The teacher's name as it goes with every mark. */
  readonly by: () => string;
  readonly nameOf: (student: StudentId) => string;
}

/** What a teacher says of answers, and the queue of those that wait. SET-10 to SET-12. */
export function createMarking({ board, by, nameOf: pupil }: MarkingOptions) {
  const standing = signal<ReviewStanding>("closed");
  const queue = signal(EMPTY_QUEUE);
  /** The lesson that the queue is of; null: the one on the board. */
  const earlier = signal<EarlierLesson | null>(null);
  /** What is answered on: of the queue's lesson while it is another one than the board's. */
  const paper = computed(() => earlier.value?.worksheet ?? board.worksheet.value);
  /** The assignment whose cells are in the queue. */
  let reviewed: AssignmentId | null = null;
  /** Which lesson was asked for last: an answer about another one comes too late. */
  let asked = 0;
  const regions = signal<ReadonlyMap<ItemId, InkRegion>>(new Map());
  /** The item whose answers are all on the screen; null: none. */
  const wall = signal<ItemId | null>(null);
  const messages = signal<readonly MarkMessage[]>([]);
  const onBoard = () => board.head.peek()?.assignment?.id ?? null;
  /** Own words by assignment and cell: the version that stands as far as this page knows. */
  const own = new Map<string, OwnWord>();
  const ownName = (assignment: AssignmentId | null, cell: Pick<OwnWord, "student" | "item">) =>
    `${assignment}\n${nameOf(cell)}`;
  let sending: Promise<unknown> = Promise.resolve();
  let messageId = 0;

  const tell = (say: MarkMessage["say"]) => {
    messages.value = [...messages.peek(), { id: ++messageId, say }].slice(-MESSAGES_MAX);
  };
  const dismiss = (id: number) => {
    messages.value = messages.peek().filter((each) => each.id !== id);
  };

  /** One request after the other, so that an undo never overtakes what it undoes. */
  const inOrder = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const done = sending.then(act);
    sending = done.catch(() => {});
    return done;
  };

  const say = (marks: readonly Required<WantedMark>[], strict = false, assignment = onBoard()) =>
    inOrder(async () => {
      const name = by();
      const wanted = marks.map((mark) => ({ ...mark, seen: own.get(ownName(assignment, mark))?.version ?? mark.seen }));
      const said = assignment === null ? null : await sayMarks(assignment, { by: name, strict, marks: wanted });
      for (const { student, item, outcome, version, before } of said ?? []) {
        if (outcome === "outdated") tell((words) => words.notUndone(before?.by ?? "–"));
        else own.set(ownName(assignment, { student, item }), { assignment, student, item, version });
        if (outcome === "overwrote" && before !== null) tell((words) => words.overwrote(before.by));
      }
      return said;
    });

  const load = async () => {
    const room = board.head.peek()?.room;
    if (room === undefined) return;
    const at = asked;
    const review = await fetchReview(room, earlier.peek()?.id ?? null);
    if (standing.peek() === "closed" || at !== asked) return;
    batch(() => {
      reviewed = review?.assignment ?? null;
      if (review === null) {
        standing.value = "failed";
        return;
      }
      regions.value = new Map(review.regions.map(({ item, region }) => [item, region]));
      queue.value = queueOf(review, queue.peek());
      standing.value = "open";
    });
  };

  const openQueue = () => {
    asked++;
    queue.value = EMPTY_QUEUE;
    standing.value = "loading";
    void load();
  };

  /** Shows what waits in another lesson of the room. */
  const chooseLesson = async (given: GivenAssignment) => {
    const at = ++asked;
    queue.value = EMPTY_QUEUE;
    standing.value = "loading";
    const isCurrent = given.id === onBoard();
    const lesson = isCurrent ? null : await fetchEarlier(given);
    if (at !== asked || standing.peek() === "closed") return;
    if (lesson === null && !isCurrent) {
      standing.value = "failed";
      return;
    }
    earlier.value = lesson;
    await load();
  };

  const decide = (verdict: Verdict) => {
    const next = decideNext(queue.peek(), verdict);
    if (next === null) return;
    queue.value = next.queue;
    const { decision } = next;
    const marks = decision.cells.map(({ student, item, seen }) => ({ student, item, verdict, seen }));
    void say(marks, false, reviewed).then((said) => {
      if (said !== null) return;
      queue.value = takeBack(queue.peek(), decision);
      tell((words) => words.notSent);
    });
  };

  const undo = () => {
    const last: Decision | undefined = queue.peek().decided.at(-1);
    if (last === undefined) return;
    queue.value = takeBack(queue.peek(), last);
    const verdictBefore = (cell: InkCell) => cell.mark?.verdict ?? null;
    void say(
      last.cells.map((cell) => ({ student: cell.student, item: cell.item, verdict: verdictBefore(cell), seen: cell.seen })),
      true,
      reviewed,
    );
  };

  /** True: the keys are corrected, and every answer is being marked anew. */
  const correct = (items: readonly KeyChange[]): Promise<boolean> =>
    inOrder(async () => {
      const assignment = board.head.peek()?.assignment ?? null;
      if (assignment === null) return false;
      const put = await putKeys(assignment.id, { by: by(), from: assignment.worksheetVersion, items });
      if (!("refused" in put)) return true;
      tell((words, language) => words.notCorrected(refusalTexts(put.refused, language).join("; ")));
      return false;
    });

  /** The keys of before the last correction come back, as one more. */
  const bringBack = () => {
    const { correction } = board.head.peek()?.assignment ?? { correction: null };
    const changes = correction?.items.map(({ item, before: { key, points, partialCredit } }) => ({
      ...{ item, points, partialCredit },
      ...(key !== null && { key }),
    }));
    if (changes !== undefined && changes.length > 0) void correct(changes);
  };

  /** Of the first teacher: somebody else's word is above the own one now. */
  const follow = () => {
    for (const [name, { assignment, student, item, version }] of own) {
      if (assignment !== onBoard()) continue;
      const mark: BoardMark | null = board.cell(student, item).peek()?.mark ?? null;
      if (mark === null || mark.version <= version) continue;
      own.delete(name);
      if (mark.by !== by())
        tell((words) => words.overwritten(mark.by, pupil(student), board.item(item).peek()?.number ?? item));
    }
  };
  effect(() => {
    board.revision.value;
    untracked(follow);
  });

  return {
    standing,
    queue,
    regions,
    messages,
    dismiss,
    say,
    correct,
    bringBack,
    wall,
    openWall: (item: ItemId) => {
      wall.value = item;
    },
    closeWall: () => {
      wall.value = null;
    },
    load,
    decide,
    undo,
    skip: () => {
      queue.value = skipNext(queue.peek());
    },
    leaveOut: (cell: InkCell) => {
      queue.value = leaveOut(queue.peek(), cell);
    },
    earlier,
    paper,
    openQueue,
    chooseLesson,
    closeQueue: () => {
      asked++;
      standing.value = "closed";
      earlier.value = null;
    },
  };
}
