import { afterAll, beforeAll, describe } from "vitest";
import { eventLogContract } from "../contract/event-log-suite.ts";
import { findKafka, openKafka, type TestKafka } from "./broker.ts";
import { openUnderTest } from "./log-under-test.ts";

const source = findKafka();

describe.skipIf("missing" in source)("missing" in source ? source.missing : "a Kafka broker", () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await openKafka();
  });
  afterAll(() => kafka?.stop());

  eventLogContract("Kafka", () => openUnderTest(kafka));
});
