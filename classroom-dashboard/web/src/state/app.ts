import { type ItemId, type PageKey, pageKeyOf, type StudentId } from "@penlight/proto";
import { computed, effect, signal, untracked } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { optionLabelsOf } from "../board/option-labels.ts";
import { byMissed, byNeed, type ItemOrder, keepOrder, type StudentOrder, sameOrder } from "../board/order.ts";
import { chooseLanguage, MESSAGES } from "../i18n/language.ts";
import type { Language } from "../i18n/messages.ts";
import { localNowMs } from "../live/browser-host.ts";
import { pageOfItem } from "../page/sheet-layout.ts";
import { announcements } from "./announce.ts";
import { BoardSignals } from "./board-signals.ts";
import { Connection } from "./connection.ts";

/** What the side panel shows. `page` is an index into the worksheet's pages. */
export type Open =
  | { readonly kind: "summary" }
  | { readonly kind: "item"; readonly item: ItemId }
  | { readonly kind: "student"; readonly student: StudentId; readonly item: ItemId | null; readonly page: number };

/** Orders other than the printed one follow the lesson this often, ms. */
const RESORT_MS = 5000;
/** Nothing moves for this long after the teacher last touched the board, ms. */
const TOUCH_HOLD_MS = 3000;
const TICK_MS = 250;

const SETTING_LANGUAGE = "penlight.language";
const SETTING_NAMES = "penlight.hide-names";
const SETTING_ROOMY = "penlight.roomy";

/** Everything the components share, put together once in `main.tsx`. */
export type App = ReturnType<typeof createApp>;

const AppContext = createContext<App | null>(null);
export const AppProvider = AppContext.Provider;

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error("useApp requires an AppProvider above");
  return app;
}

export function createApp() {
  const board = new BoardSignals();
  const connection = new Connection(board);
  const language = signal<Language>(chooseLanguage(readSetting(SETTING_LANGUAGE), navigator.languages));
  const text = computed(() => MESSAGES[language.value]);
  const optionLabels = computed(() => optionLabelsOf(board.worksheet.value));
  const hideNames = signal(readSetting(SETTING_NAMES) === "yes");
  const roomy = signal(readSetting(SETTING_ROOMY) === "yes");
  const open = signal<Open>({ kind: "summary" });
  const enlarged = signal(false);
  /** Local time, ms; moves four times a second. `second` moves once a second, for what need not be that quick. */
  const tick = signal(0);
  const second = computed(() => Math.floor(tick.value / 1000));
  const orders = createOrders(board);
  const announcement = announcements(board, text);

  const setLanguage = (next: Language) => {
    language.value = next;
    writeSetting(SETTING_LANGUAGE, next);
  };
  const toggleNames = () => {
    hideNames.value = !hideNames.value;
    writeSetting(SETTING_NAMES, hideNames.value ? "yes" : "no");
  };
  const toggleRoomy = () => {
    roomy.value = !roomy.value;
    writeSetting(SETTING_ROOMY, roomy.value ? "yes" : "no");
  };
  const nameOf = (student: StudentId): string => {
    const known = board.student(student).value;
    if (known === null) return student;
    return hideNames.value ? text.value.seat(known.seat) : text.value.pick(known.name);
  };
  const openStudent = (student: StudentId, item: ItemId | null) => {
    open.value = { kind: "student", student, item, page: pageFor(board, student, item) };
  };
  const showPage = (page: number) => {
    if (open.value.kind === "student") open.value = { ...open.value, page };
  };
  const openItem = (item: ItemId) => {
    open.value = { kind: "item", item };
  };
  /** Where the panel was opened from: there the focus goes back. `takesFocus`: by keyboard, so the panel gets it. */
  let opener: HTMLElement | null = null;
  const takesFocus = signal(false);
  const rememberOpener = (element: HTMLElement, keyboard: boolean) => {
    opener = element;
    takesFocus.value = keyboard;
  };
  const close = () => {
    enlarged.value = false;
    open.value = { kind: "summary" };
    if (opener?.isConnected) opener.focus();
    opener = null;
  };

  const start = () => {
    effect(() => {
      document.documentElement.lang = language.value;
    });
    effect(() => {
      const name = board.head.value?.roomName;
      document.title = name === undefined ? "Penlight" : text.value.pageTitle(text.value.pick(name));
    });
    effect(() => connection.watch(watchTarget(board, open.value)));
    const beat = () => {
      tick.value = localNowMs();
      orders.follow(tick.value);
      announcement.update(tick.value);
    };
    beat();
    setInterval(beat, TICK_MS);
    void connection.choose(new URLSearchParams(location.search).get("room"));
  };

  return {
    board,
    connection,
    orders,
    text,
    language,
    setLanguage,
    optionLabels,
    hideNames,
    toggleNames,
    roomy,
    toggleRoomy,
    open,
    enlarged,
    openStudent,
    openItem,
    showPage,
    rememberOpener,
    takesFocus,
    close,
    nameOf,
    tick,
    second,
    announcement: announcement.sentence,
    start,
  };
}

function createOrders(board: BoardSignals) {
  const studentOrder = signal<StudentOrder>("seat");
  const itemOrder = signal<ItemOrder>("number");
  const students = signal<readonly StudentId[]>([]);
  const items = signal<readonly ItemId[]>([]);
  let sortedMs = Number.NEGATIVE_INFINITY;
  let touchedMs = Number.NEGATIVE_INFINITY;
  let isTouching = false;

  const sort = () => {
    const studentIds = board.studentIds.peek();
    const itemIds = board.itemIds.peek();
    const known = studentIds.flatMap((id) => board.student(id).peek() ?? []);
    const knownItems = itemIds.flatMap((id) => board.item(id).peek() ?? []);
    const stateOf = (student: StudentId, item: ItemId) => board.cell(student, item).peek()?.state ?? "not-started";
    const nextStudents = studentOrder.peek() === "seat" ? studentIds : byNeed(known, itemIds, stateOf);
    const nextItems = itemOrder.peek() === "number" ? itemIds : byMissed(knownItems);
    if (!sameOrder(students.peek(), nextStudents)) students.value = nextStudents;
    if (!sameOrder(items.peek(), nextItems)) items.value = nextItems;
  };
  /** A different class or worksheet shows at once, with as little movement as the chosen order allows. */
  effect(() => {
    const studentIds = board.studentIds.value;
    const itemIds = board.itemIds.value;
    untracked(() => {
      if (studentOrder.peek() === "seat") students.value = studentIds;
      else students.value = keepOrder(students.peek(), studentIds);
      items.value = itemOrder.peek() === "number" ? itemIds : keepOrder(items.peek(), itemIds);
    });
  });

  return {
    studentOrder,
    itemOrder,
    students,
    items,
    chooseStudents: (order: StudentOrder) => {
      studentOrder.value = order;
      sort();
    },
    chooseItems: (order: ItemOrder) => {
      itemOrder.value = order;
      sort();
    },
    /** The teacher's hand is on the board: nothing may move under it. */
    touch: (touching: boolean) => {
      isTouching = touching;
      touchedMs = localNowMs();
    },
    follow: (nowMs: number) => {
      if (isTouching || nowMs - touchedMs < TOUCH_HOLD_MS || nowMs - sortedMs < RESORT_MS) return;
      sortedMs = nowMs;
      sort();
    },
  };
}

/** The page an item is on; without an item the page being written on, else the first. */
function pageFor(board: BoardSignals, student: StudentId, item: ItemId | null): number {
  const worksheet = board.worksheet.peek();
  if (worksheet === null) return 0;
  const writing = board.itemIds.peek().find((each) => board.cell(student, each).peek()?.state === "writing");
  const shown = item ?? writing;
  return shown === undefined ? 0 : pageOfItem(worksheet, shown);
}

function watchTarget(board: BoardSignals, open: Open): { student: StudentId; page: PageKey } | null {
  if (open.kind !== "student") return null;
  const page = board.worksheet.value?.pages[open.page];
  return page === undefined ? null : { student: open.student, page: pageKeyOf(page.address) };
}

/** Storage may be switched off; then a choice lasts as long as the page. */
function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
function writeSetting(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Nothing to do: the choice still holds on this page.
  }
}
