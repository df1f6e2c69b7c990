import { DOT_STRIDE, type PenId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { WACOM_PAGE, WacomLink } from "../../src/core/wacom-link.ts";
import { saidBy } from "./pen-bytes.ts";

const PEN = "a1b2c3d4e5f6" as PenId;
const NOW_MS = 1_760_000_000_000;
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));

function opened() {
  const link = new WacomLink(PEN);
  link.open(NOW_MS, 23);
  const hear = (hex: string, receivedMs = NOW_MS) => saidBy(link, link.receive(bytesOf(hex), receivedMs));
  const written = () => link.takeWrites().map((piece) => Buffer.from(piece).toString("hex"));
  return { link, hear, written };
}

/** Made from the public facts alone: nobody has tried them on a device. */
const VECTORS = [
  ["one sample", "a106 e803 d007 0002", [[0, 422, 844, 512]]],
  [
    "three, 5 ms apart",
    "a112 0000 0000 0100 e803 0000 ff07 ffff 0000 ffff",
    [
      [0, 0, 0, 1],
      [5, 422, 0, 2047],
      [10, 27_644, 0, 2047],
    ],
  ],
  [
    "two frames in one notification",
    "a106 e803 e803 0100 a106 e803 e803 0200",
    [
      [0, 422, 422, 1],
      [5, 422, 422, 2],
    ],
  ],
] as const;

describe("[PEN-21] a second pen family behind the same seam", () => {
  test.each(VECTORS)("%s", (_name, hex, rows) => {
    const { hear } = opened();
    const said = hear(hex);
    expect(said.flatMap((each) => (each.kind === "dot" ? [each.row.slice(0, 4)] : []))).toEqual(rows);
    expect(said[1]).toEqual({ kind: "page", page: WACOM_PAGE });
  });

  test("registers with the six bytes of its id, asks for live ink, is ready, and asks again when nobody answers", () => {
    const { link, hear, written } = opened();
    expect(written()).toEqual(["e606a1b2c3d4e5f6"]);
    link.tick(NOW_MS + 2000);
    expect(written()).toEqual(["e606a1b2c3d4e5f6"]);
    expect(hear("b301 00")).toEqual([]);
    expect(written()).toEqual(["b10100"]);
    expect([hear("b301 00"), link.isReady]).toEqual([[{ kind: "ready" }], true]);
    expect(hear("7701 00").map((each) => each.kind)).toEqual(["fault"]);
  });

  test.each([
    ["the pen leaves", "a106 ffff ffff ffff", false],
    ["the pressure is gone", "a106 0100 0100 0000", false],
    ["it comes near again", "a200", false],
  ])("a stroke ends when %s, and at the latest with the link", (_name, hex, synthetic) => {
    const { link, hear } = opened();
    hear("a106 e803 e803 0100");
    expect(link.isWriting).toBe(true);
    expect(hear(hex)).toMatchObject([{ kind: "stroke-end", dots: 1, synthetic }]);
    hear("a106 e803 e803 0100");
    expect(link.close(NOW_MS)).toMatchObject([{ kind: "stroke-end", synthetic: true }]);
  });

  test("[PEN-6] two strokes that come in one moment have each a start of its own", () => {
    const { hear } = opened();
    const starts = hear("a106 e803 d007 0002 a106 ffff ffff ffff a106 e803 d007 0002").flatMap((each) =>
      each.kind === "stroke-start" ? [each.downMs] : [],
    );
    expect(starts).toEqual([NOW_MS, NOW_MS + 1]);
  });

  test("a sample cut short is counted, garbage keeps no more than a frame", () => {
    const { link, hear } = opened();
    hear("a105 0000000000");
    for (let i = 0; i < 500; i++)
      link.receive(
        Uint8Array.from({ length: 40 }, (_, at) => (i * 31 + at * 97) & 0xff),
        NOW_MS,
      );
    expect(link.faultCounts.malformed).toBeGreaterThan(0);
    expect(link.dots.length / DOT_STRIDE).toBeLessThan(60);
  });
});
