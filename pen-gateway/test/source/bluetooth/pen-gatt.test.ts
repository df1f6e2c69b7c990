import { describe, expect, test } from "vitest";
import { chooseService } from "../../../src/source/bluetooth/pen-gatt.ts";

const LONG = "4f99f1389d535bfa9e50b147491afe68";

describe("[BLE-5] which service of a device is listened to", () => {
  test("the long one before the short one, wherever they stand; never both", () => {
    const long = {
      service: LONG,
      write: "8bc8cc7d88ca56b0af9a9bf514d0d61a",
      notify: "64cd86b122565aeb9f042caf6c60ae57",
    };
    const short = { service: "19f1", write: "2ba0", notify: "2ba1" };
    expect(chooseService(["1800", "19f1", "180a", LONG])).toEqual(long);
    expect(chooseService(["19f1", "18f1"])).toEqual(short);
  });

  test("a pen of the first generation is told from what is no pen", () => {
    expect(chooseService(["1800", "180a", "18f1", "18f2", "18f5"])).toBe("old");
    expect([chooseService(["180a", "180f"]), chooseService([])]).toEqual([null, null]);
  });
});
