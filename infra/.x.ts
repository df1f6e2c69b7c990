import { Random, type StudentId, type Worksheet } from "@penlight/proto";
import { createLesson } from "@penlight/pen-gateway/simulator";
import { PageMap, PlaceTally, BOX_SHARE_MIN } from "../stream-processor/src/core/worksheet-map.ts";
import { shapeOf } from "../stream-processor/src/core/recognize/shape.ts";
import { kindOf, isLoop } from "../stream-processor/src/core/recognize/kind.ts";
import { MarkReader, ringsBox } from "../stream-processor/src/core/recognize/read-boxes.ts";
import { answerOf, boxesOf } from "../stream-processor/src/core/answer.ts";
import f from "./src/demo/worksheets/fractions-decimals-12.json" with { type: "json" };
import g from "./src/demo/worksheets/general-science-20.json" with { type: "json" };
const seeds = Number(process.argv[2] ?? 20);
let cells = 0, wrong = 0, unsure = 0; const kinds: Record<string, number> = {}; const bads: string[] = [];
for (const ws of [f, g] as unknown as Worksheet[]) {
  const maps = ws.pages.map((_, i) => new PageMap(ws, i));
  const itemOf = new Map(ws.items.flatMap((it) => it.options.map((o) => [o.box, it] as const)));
  for (let seed = 0; seed < seeds; seed++) {
    const students = Array.from({ length: 40 }, (_, i) => `s${i + 1}` as StudentId);
    const lesson = createLesson({ seed, students, worksheet: ws });
    for (let i = 0; i < 40; i++) {
      const readers = new Map(ws.items.map((it) => [it.id, new MarkReader(boxesOf(it).map((b) => maps.flatMap((m) => m.boxes).find((x) => x.id === b)!))]));
      const hist = new Map<string, string[]>();
      const final = new Map<string, unknown>();
      for (const act of lesson.actsOf(i)) {
        if (act.kind === "intention" && act.final) final.set(act.item, act.answer);
        if (act.kind !== "stroke") continue;
        const pi = ws.pages.findIndex((p) => p.address.page === act.stroke.page.page);
        const map = maps[pi]!; const tally = new PlaceTally(map); const n = act.stroke.dots.length / 7;
        tally.extend(act.stroke.dots, n);
        const shape = shapeOf(act.stroke.dots, n, map);
        const ringed = isLoop(shape) ? map.boxes.find((b) => ringsBox(shape, b)) : undefined;
        const main = tally.main; const box = ringed ?? (main >= 0 && tally.shareOf(main) >= BOX_SHARE_MIN ? map.boxes[main] : undefined);
        if (!box) continue;
        const it = itemOf.get(box.id)!; const k = kindOf(shape, box); kinds[k] = (kinds[k] ?? 0) + 1;
        readers.get(it.id)!.read({ box: boxesOf(it).indexOf(box.id), kind: k, shape });
        const h = hist.get(it.id) ?? []; h.push(`${box.id}:${k}:${n}:${shape.lengthMm.toFixed(1)}/${shape.extentMm.toFixed(1)}`); hist.set(it.id, h);
      }
      for (const it of ws.items) {
        cells++;
        const a = answerOf(it, readers.get(it.id)!.readings as never);
        const got = a.kind === "answer" ? JSON.stringify(a.value) : a.kind === "unsure" ? "unsure" : "null";
        const want = JSON.stringify(final.get(it.id));
        if (got === want) continue;
        if (got === "unsure") unsure++; else wrong++;
        bads.push(`${seed}/${i}/${it.id} want ${want} got ${got} ${(hist.get(it.id) ?? []).join(" ")}`);
      }
    }
  }
}
console.log({ cells, wrong, unsure }, kinds); console.log(bads.slice(0, 25).join("\n"));
