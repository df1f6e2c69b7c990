import type { Worksheet } from "@penlight/proto";

/** A small worksheet with every kind of item, two pages, for tests. */
export const SHEET: Worksheet = {
  id: "test-sheet" as Worksheet["id"],
  version: 1,
  title: { zh: "测试", en: "Test" },
  pages: [1, 2].map((page) => ({
    address: { section: 3, owner: 1013, note: 9, page },
    widthMm: 210,
    heightMm: 297,
    originMm: { x: 12.7, y: 12.7 },
  })),
  boxes: ["q1", "q2", "q3", "q4"].flatMap((item, row) =>
    (item === "q3" ? ["true", "false"] : ["A", "B", "C", "D"]).map((option, column) => ({
      id: `${item}-${option}` as Worksheet["boxes"][number]["id"],
      page: row < 2 ? 0 : 1,
      xMm: 30 + column * 40,
      yMm: 40 + (row % 2) * 30,
      widthMm: 8,
      heightMm: 8,
    })),
  ),
  items: ["q1", "q2", "q3", "q4"].map((item, row) => {
    const options = item === "q3" ? ["true", "false"] : ["A", "B", "C", "D"];
    const base = {
      id: item as Worksheet["items"][number]["id"],
      number: String(row + 1),
      stem: { zh: "题", en: "stem" },
      stemMm: { x: 20, y: 32 },
      points: 1,
      knowledgePoints: [],
      cognitiveLevel: "apply" as const,
      expectedSeconds: 12,
      options: options.map((id) => ({ id, box: `${item}-${id}` as Worksheet["boxes"][number]["id"] })),
    };
    if (item === "q3") return { ...base, kind: "true-false" as const, key: true };
    if (item === "q2") return { ...base, kind: "choices" as const, key: ["A", "C"], partialCredit: "per-option" as const };
    return { ...base, kind: "choice" as const, key: "B" };
  }),
};
