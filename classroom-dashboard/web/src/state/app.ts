import type { StudentId } from "@penlight/proto";
import { computed, effect, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { optionLabelsOf } from "../board/option-labels.ts";
import { localNowMs } from "../live/browser-host.ts";
import { announcements } from "./announce.ts";
import { BoardSignals } from "./board-signals.ts";
import { Connection } from "./connection.ts";
import { createMarking } from "./marking.ts";
import { createOpened, watchTarget } from "./opened.ts";
import { createOrders } from "./orders.ts";
import { createSettings } from "./settings.ts";
import { viewOf } from "./view.ts";

const TICK_MS = 250;

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
  const settings = createSettings();
  const { text, language, hideNames } = settings;
  const opened = createOpened(board);
  const orders = createOrders(board);
  const announcement = announcements(board, text);
  /** Local time, ms; moves four times a second. `second` moves once a second, for what need not be that quick. */
  const tick = signal(0);
  const second = computed(() => Math.floor(tick.value / 1000));

  const nameOf = (student: StudentId): string => {
    const known = board.student(student).value ?? marking.earlier.value?.students.get(student) ?? null;
    if (known === null) return student;
    return hideNames.value ? text.value.seat(known.seat) : text.value.pick(known.name);
  };

  const by = () => settings.teacher.peek().trim() || settings.markWords.peek().nobody;
  const marking = createMarking({ board, by, nameOf });

  const start = () => {
    effect(() => {
      document.documentElement.lang = language.value;
    });
    effect(() => {
      const name = board.head.value?.roomName;
      document.title = name === undefined ? text.value.product : text.value.pageTitle(text.value.pick(name));
    });
    effect(() => connection.watch(watchTarget(board, opened.open.value)));
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
    ...settings,
    ...opened,
    view: viewOf(location.search),
    board,
    connection,
    orders,
    marking,
    optionLabels: computed(() => optionLabelsOf(marking.paper.value)),
    nameOf,
    tick,
    second,
    announcement: announcement.sentence,
    start,
  };
}
