import type { ItemId } from "../src/ids.ts";

/** What an item of any kind has, for tests that are about its kind. */
export const base = {
  id: "q" as ItemId,
  number: "1",
  stem: { zh: "题", en: "item" },
  stemMm: { x: 0, y: 0 },
  points: 1,
  knowledgePoints: [],
  cognitiveLevel: "apply",
  expectedSeconds: 1,
} as const;
