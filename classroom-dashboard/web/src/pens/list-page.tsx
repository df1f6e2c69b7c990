import type { ListBox, SchoolClass, StudentId } from "@penlight/proto";
import { Notice } from "../notices.tsx";
import { useApp } from "../state/app.ts";
import { usePolled } from "../state/poll.ts";
import { labelLines } from "./box-label.ts";

const POLL_MS = 30_000;
/** Baseline in a box, mm from its top-left corner, and how far the next one is below it. */
const NAME_MM = { x: 2, y: 5, line: 4 } as const;
/** As the style sheet has it. */
const TEXT_MM = 3.4;
/** A box of this height has room for two lines. */
const TWO_LINES_MM = NAME_MM.y + NAME_MM.line + 1;

interface StoredClass {
  readonly document: SchoolClass;
}

/** The printed list of a class in its real size: over the dots of the page that it was laid out for. REG-4. */
export function ListPage() {
  const app = useApp();
  const words = app.pages.value.pens;
  const schoolClass = app.board.head.value?.assignment?.class ?? null;
  const path = schoolClass === null ? null : `/api/v1/setup/classes/${encodeURIComponent(schoolClass)}`;
  const { value: stored } = usePolled<StoredClass>(path, POLL_MS);
  if (schoolClass === null) return <Notice name="no-class" title={words.noClass} hint={words.noClassHint} />;
  if (stored === null) return <Notice name="loading" title={app.text.value.loading} hint="" />;
  const { list, name, students } = stored.document;
  if (list === undefined) return <Notice name="no-list" title={words.noList} hint="" />;
  const { widthMm, heightMm, address } = list.page;
  const nameOf = (student: StudentId) => {
    const found = students.find((each) => each.id === student);
    return found === undefined ? student : `${found.seat} ${app.text.value.pick(found.name)}`;
  };
  return (
    <main id="content" tabIndex={-1} class="list-page" data-testid="list-page">
      <p class="list-tools">
        <button type="button" class="primary" onClick={() => window.print()}>
          {words.print}
        </button>
        <span class="quiet">{words.printHint(`${address.section}.${address.owner}.${address.note}.${address.page}`)}</span>
      </p>
      <svg
        class="list-sheet"
        style={{ width: `${widthMm}mm`, height: `${heightMm}mm` }}
        viewBox={`0 0 ${widthMm} ${heightMm}`}
        role="img"
        aria-label={words.listOf(app.text.value.pick(name))}
      >
        <text x={12} y={12} class="list-title">
          {words.listOf(app.text.value.pick(name))}
        </text>
        <text x={12} y={18} class="list-hint">
          {words.marksHint}
        </text>
        {list.boxes.map((box) => (
          <Box key={box.student} box={box} words={nameOf(box.student)} />
        ))}
      </svg>
    </main>
  );
}

function Box({ box, words }: { box: ListBox; words: string }) {
  const { xMm, yMm, widthMm, heightMm } = box;
  const roomMm = widthMm - 2 * NAME_MM.x;
  return (
    <>
      <rect x={xMm} y={yMm} width={widthMm} height={heightMm} rx={1} />
      <g>
        {labelLines(words, roomMm / TEXT_MM, heightMm < TWO_LINES_MM ? 1 : 2).map(({ text, isTight }, line) => (
          <text
            key={text}
            x={xMm + NAME_MM.x}
            y={yMm + NAME_MM.y + line * NAME_MM.line}
            {...(isTight && { textLength: roomMm, lengthAdjust: "spacingAndGlyphs" })}
          >
            {text}
          </text>
        ))}
      </g>
    </>
  );
}
