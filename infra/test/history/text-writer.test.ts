import { describe, expect, it } from "vitest";
import { sqlText, TextWriter } from "../../src/history/text-writer.ts";

describe("text writer", () => {
  it("writes a row of TabSeparated as ClickHouse documents it", () => {
    const out = new TextWriter();
    out.text("a\tb\n\\").text(null).text("学生'😀").plain(true).plain(-0.5).whole(7).whole(42).whole(4294967295);
    out.list(Uint8Array.from([0, 9, 10, 99, 100, 255])).list(new Uint32Array(0));
    out.endRow();
    out.text("x").endRow();
    expect(out.finish().toString("utf8")).toBe(
      "a\\tb\\n\\\\\t\t学生\\'😀\ttrue\t-0.5\t7\t42\t4294967295\t[0,9,10,99,100,255]\t[]\nx\n",
    );
  });

  it("grows as far as it must", () => {
    const out = new TextWriter(1);
    const long = "字".repeat(10_000);
    out.text(long).list(new Uint32Array(5000).fill(4294967295)).endRow();
    expect(out.finish().toString("utf8")).toBe(`${long}\t[${Array(5000).fill(4294967295).join(",")}]\n`);
  });

  it("quotes a string for SQL", () => {
    expect(sqlText("it's \\ fine\n; --")).toBe("'it\\'s \\\\ fine\\n; --'");
  });
});
