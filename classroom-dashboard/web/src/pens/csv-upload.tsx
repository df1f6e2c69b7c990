import { useRef } from "preact/hooks";
import { useApp } from "../state/app.ts";
import type { PenDesk } from "./pen-desk.ts";

/** A file with a line for each pen. REG-5. */
export function CsvUpload({ schoolClass, desk }: { schoolClass: string; desk: PenDesk }) {
  const words = useApp().pages.value.pens;
  const input = useRef<HTMLInputElement>(null);
  return (
    <section>
      <h3>{words.csv}</h3>
      <label class="csv">
        <span class="quiet">{words.csvHint}</span>
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv,text/plain"
          data-testid="csv"
          onChange={async () => {
            const file = input.current?.files?.[0];
            if (file === undefined) return;
            await desk.read(schoolClass, await file.text());
            // The same file can be chosen again once it is mended.
            if (input.current !== null) input.current.value = "";
          }}
        />
      </label>
    </section>
  );
}
