import type { ClassPens, PenTap, StudentId } from "@penlight/proto";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../state/app.ts";
import { addressOf } from "../state/view.ts";
import { shortPen } from "./answers.ts";
import type { PenDesk } from "./pen-desk.ts";

/** A sheet of A4 without an edge of its own: where the pens count from is where the sheet begins. */
const A4 = { widthMm: 210, heightMm: 297, originMm: { x: 0, y: 0 } } as const;
const PAGE_ADDRESS = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/;
const SHOWN_MAX = 8;

interface MarkModeProps {
  readonly pens: ClassPens;
  readonly desk: PenDesk;
  readonly nameOf: (student: StudentId) => string;
}

/** While it is on, a mark in a pupil's box of the printed list gives that pupil the pen. REG-4. */
export function MarkMode({ pens, desk, nameOf }: MarkModeProps) {
  const app = useApp();
  const words = app.pages.value.pens;
  const [sinceMs, setSinceMs] = useState<number | null>(null);
  const done = useRef(new Set<string>());
  const taps = sinceMs === null ? [] : pens.taps.filter((tap) => tap.atMs >= sinceMs);
  const isBusy = desk.asked.value !== null;
  useEffect(() => {
    // One after the other: a question of the one before waits for its answer.
    const next = isBusy ? undefined : taps.find((tap) => !done.current.has(keyOf(tap)));
    if (next === undefined) return;
    done.current.add(keyOf(next));
    if (!has(pens, next)) void desk.give([{ pen: next.pen, student: next.student }]);
  });
  return (
    <section data-testid="mark-mode">
      <h3>{words.marks}</h3>
      {pens.hasList ? (
        <>
          <p class="quiet">{words.marksHint}</p>
          <button
            type="button"
            class="tool"
            aria-pressed={sinceMs !== null}
            data-testid="mark-toggle"
            onClick={() => setSinceMs(sinceMs === null ? pens.nowMs : null)}
          >
            {sinceMs === null ? words.marksOn : words.marksOff}
          </button>{" "}
          <a href={addressOf("list", app.board.head.value?.room ?? "")} data-testid="list-link">
            {words.showList}
          </a>
        </>
      ) : (
        <MakeList desk={desk} schoolClass={pens.class} />
      )}
      <ul class="taps" aria-live="polite">
        {taps.slice(0, SHOWN_MAX).map((tap) => (
          <li key={keyOf(tap)} data-tap={tap.pen} data-done={has(pens, tap) ? "yes" : undefined}>
            {shortPen(tap.pen)} → {nameOf(tap.student)} {has(pens, tap) ? "✓" : "?"}
          </li>
        ))}
      </ul>
    </section>
  );
}

function keyOf({ pen, student, atMs }: PenTap): string {
  return `${pen} ${student} ${atMs}`;
}

function has({ students }: ClassPens, { pen, student }: PenTap): boolean {
  return students.find((each) => each.student === student)?.pens.some((each) => each.pen === pen) ?? false;
}

/** A class without a list: on which page of the dot paper it will be printed. */
function MakeList({ desk, schoolClass }: { desk: PenDesk; schoolClass: string }) {
  const words = useApp().pages.value.pens;
  const [address, setAddress] = useState("");
  const found = PAGE_ADDRESS.exec(address.trim());
  return (
    <form
      class="make-list"
      onSubmit={(event) => {
        event.preventDefault();
        if (found === null) return;
        const [section, owner, note, page] = found.slice(1).map(Number);
        void desk.makeList(schoolClass, { ...A4, address: { section, owner, note, page } });
      }}
    >
      <p class="quiet">{words.noList}</p>
      <label>
        <span>{words.listPage}</span>
        <input
          name="list-page"
          value={address}
          placeholder="3.27.900.1"
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="tool" disabled={found === null}>
        {words.makeList}
      </button>
    </form>
  );
}
