import type { RoomId, RoomRadio } from "@penlight/proto";
import { useState } from "preact/hooks";
import { Notice } from "../notices.tsx";
import { useApp } from "../state/app.ts";
import { usePolled } from "../state/poll.ts";
import { Gateways } from "./gateways.tsx";
import { PenTable } from "./pen-table.tsx";
import { TestLesson } from "./test-lesson.tsx";

const POLL_MS = 2000;

/** The radios of a room for whoever looks after them: adapters, pens, and a lesson that tests them. REG-6, REG-7. */
export function RadioPage({ room }: { room: RoomId }) {
  const app = useApp();
  const [sinceMs, setSinceMs] = useState<number | null>(null);
  const path = `/api/v1/rooms/${encodeURIComponent(room)}/radio${sinceMs === null ? "" : `?sinceMs=${Math.floor(sinceMs)}`}`;
  const { value: radio } = usePolled<RoomRadio>(path, POLL_MS);
  if (radio === null) return <Notice name="loading" title={app.text.value.loading} hint="" />;
  return (
    <main id="content" tabIndex={-1} class="room radio-page" data-testid="radio-page">
      <div class="radio-main">
        <Gateways radio={radio} />
        <PenTable radio={radio} />
      </div>
      <TestLesson
        radio={radio}
        isRunning={sinceMs !== null}
        start={() => setSinceMs(radio.dataMs)}
        stop={() => setSinceMs(null)}
      />
    </main>
  );
}
