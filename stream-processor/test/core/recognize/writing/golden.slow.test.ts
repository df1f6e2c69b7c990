import { expect, test } from "vitest";
import { readWriting } from "../../../../src/core/recognize/writing/read-writing.ts";
import { ALPHABETS, type Alphabet } from "../../../../src/core/recognize/writing/writing.ts";
import { writtenDigits } from "../../../fixtures/handwriting.ts";

/**
 * 300 answers, bit for bit: numbers are written so that they come back exactly. A change of the recogniser changes the file
 * (`vitest -u`) and its version; on another machine nothing may change.
 */
test("[ANS-72] 300 answers are those of every other machine", async () => {
  const lines = writtenDigits().map(({ strokes }, at) => {
    const alphabet = at % 2 === 0 ? "digits" : (ALPHABETS[at % ALPHABETS.length] as Alphabet);
    return JSON.stringify({ alphabet, ...readWriting(strokes, alphabet) });
  });
  expect(lines.length).toBe(300);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("./golden.jsonl");
});
