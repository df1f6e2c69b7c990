import { expect, test } from "vitest";
import { Arrivals } from "../src/arrivals.ts";

test("[EVT-6] what comes is given in the order in which it came, errors too; what stays away holds nothing up", async () => {
  const arrivals = new Arrivals<string>();
  let late: (value: string) => void = () => {};
  arrivals.expect(
    new Promise((resolve) => {
      late = resolve;
    }),
  );
  for (let i = 0; i < 3; i++) {
    arrivals.expect(Promise.resolve(`tick ${i}`));
    expect(await arrivals.next()).toBe(`tick ${i}`);
  }
  arrivals.expect(Promise.reject(new Error("gone")));
  await expect(arrivals.next()).rejects.toThrow("gone");
  const next = arrivals.next();
  late("turn");
  expect(await next).toBe("turn");
});
