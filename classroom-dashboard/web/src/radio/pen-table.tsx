import type { RadioRow, RoomRadio } from "@penlight/proto";
import { formatBytes, formatNumber, formatPercent } from "../i18n/format.ts";
import { longPen, shortPen } from "../pens/answers.ts";
import { useApp } from "../state/app.ts";
import { isWeak } from "./weak.ts";

/** Every pen of the class and every other one that was heard, with its way to the gateway. REG-6. */
export function PenTable({ radio }: { radio: RoomRadio }) {
  const words = useApp().pages.value.radio;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="card pen-table" aria-labelledby="pens-of-room" tabIndex={0}>
      <table>
        <caption id="pens-of-room">{words.pens}</caption>
        <thead>
          <tr>
            {(
              [
                "seat",
                "who",
                "pen",
                "link",
                "adapter",
                "signal",
                "drops",
                "latency",
                "lost",
                "battery",
                "memory",
                "recovered",
                "firmware",
                "heard",
              ] as const
            ).map((column) => (
              <th key={column} scope="col" class={NUMBERS.has(column) ? "number" : undefined} title={words.hint[column]}>
                {words.column[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {radio.pens.map((row) => (
            <Row key={row.pen} row={row} dataMs={radio.dataMs} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const NUMBERS: ReadonlySet<string> = new Set(["seat", "signal", "drops", "latency", "lost", "battery", "memory", "recovered"]);

function Row({ row, dataMs }: { row: RadioRow; dataMs: number }) {
  const app = useApp();
  const {
    text: texts,
    language: { value: language },
  } = app;
  const text = texts.value;
  const words = app.pages.value.radio;
  const who =
    row.student === null
      ? words.nobody
      : row.name === null
        ? row.student
        : app.hideNames.value
          ? text.seat(row.seat ?? 0)
          : text.pick(row.name);
  const count = (value: number | null) => (value === null ? "–" : formatNumber(language, value));
  const memory = [
    ...(row.memoryPercent === null ? [] : [formatPercent(language, row.memoryPercent / 100)]),
    ...(row.waitingBytes === null || row.waitingBytes === 0 ? [] : [words.waits(formatBytes(language, row.waitingBytes))]),
  ];
  return (
    <tr data-row={row.pen} data-link={row.link ?? "none"} data-weak={isWeak(row) ? "yes" : undefined}>
      <td class="number">{row.seat ?? ""}</td>
      <th scope="row" title={who}>
        {who}
      </th>
      <td title={longPen(row.pen)}>{shortPen(row.pen)}</td>
      <td>
        <span class="pen" data-pen={row.link ?? "lost"} aria-hidden="true" />{" "}
        {row.waitsSinceMs !== null ? words.waitsForRoom : row.link === null ? words.neverHeard : words.link[row.link]}
      </td>
      <td>{row.adapter ?? "–"}</td>
      <td class="number" data-signal={row.signalDbm ?? ""}>
        {row.signalDbm === null ? "–" : `${row.signalDbm}`}
      </td>
      <td class="number">{count(row.drops)}</td>
      <td class="number">{row.latencyMs === null ? "–" : count(Math.round(row.latencyMs))}</td>
      <td class="number">{count(row.link === null ? null : row.lostDots)}</td>
      <td class="number">
        {row.batteryPercent === null ? "–" : `${formatPercent(language, row.batteryPercent / 100)}${row.charging ? " ⚡" : ""}`}
      </td>
      <td class="number">{memory.length === 0 ? "–" : memory.join(" · ")}</td>
      <td class="number">{count(row.link === null ? null : row.recoveredStrokes)}</td>
      <td title={row.model}>{row.firmware === "" ? "–" : row.firmware}</td>
      <td>{row.heardMs === 0 ? "–" : text.ago(Math.max(0, dataMs - row.heardMs))}</td>
    </tr>
  );
}
