import { Alerts } from "./alerts.tsx";
import { Board } from "./board/board.tsx";
import { Legend } from "./board/legend.tsx";
import { Header } from "./header.tsx";
import { MarkMessages } from "./marks/mark-messages.tsx";
import { ReviewPage } from "./marks/review-page.tsx";
import { WallPage } from "./marks/wall-page.tsx";
import { Notice, RoomList, TokenForm } from "./notices.tsx";
import { Panel } from "./panel/panel.tsx";
import { ListPage } from "./pens/list-page.tsx";
import { PensPage } from "./pens/pens-page.tsx";
import { RadioPage } from "./radio/radio-page.tsx";
import { useApp } from "./state/app.ts";

/** From this many columns on the board gets width from the panel. */
const MANY_ITEMS = 14;

/** The whole page: header, board with its side panel, legend; or, where there is no board, what to do about it. */
export function Shell() {
  const app = useApp();
  const text = app.text.value;
  return (
    <>
      <a class="skip" href="#content">
        {text.skipToBoard}
      </a>
      <Header />
      <Content />
      <MarkMessages />
      <p class="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
        {app.announcement.value}
      </p>
    </>
  );
}

function Content() {
  const app = useApp();
  const text = app.text.value;
  const standing = app.connection.standing.value;
  switch (standing.kind) {
    case "loading":
      return <Notice name="loading" title={text.loading} hint="" />;
    case "starting":
      return <Notice name="starting" title={text.starting} hint="" />;
    case "denied":
      return <TokenForm />;
    case "gone":
      return <Notice name="gone" title={text.gone} hint={text.goneHint} />;
    case "rooms":
      return <RoomList rooms={standing.rooms} unknown={standing.unknown} />;
    case "room":
      return <Room failing={standing.phase.kind === "connecting"} />;
  }
}

function Room({ failing }: { failing: boolean }) {
  const app = useApp();
  const text = app.text.value;
  const head = app.board.head.value;
  if (head !== null && app.view === "radio") return <RadioPage room={head.room} />;
  if (head !== null && app.view === "pens") return <PensPage />;
  if (head !== null && app.view === "list") return <ListPage />;
  if (head === null) return <Notice name="loading" title={failing ? text.connecting : text.loading} hint="" />;
  if (head.assignment === null || app.board.itemIds.value.length === 0 || app.board.studentIds.value.length === 0) {
    return <Notice name="no-assignment" title={text.noAssignment} hint={text.noAssignmentHint} />;
  }
  if (app.marking.standing.value !== "closed") return <ReviewPage />;
  if (app.marking.wall.value !== null) return <WallPage item={app.marking.wall.value} />;
  return (
    <>
      <main id="content" tabIndex={-1} class="room" data-many={app.board.itemIds.value.length > MANY_ITEMS ? "yes" : undefined}>
        <Board />
        <Panel />
      </main>
      <footer class="foot">
        <Alerts />
        <Legend />
      </footer>
    </>
  );
}
