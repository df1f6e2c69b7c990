import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaOptions, type KafkaSasl, openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { recordAt, takeRecords, textOf } from "../contract/event-log-suite.ts";
import { findKafka, startKafka, type TestKafka } from "./broker.ts";
import { type Certificates, makeCertificates, pemLine } from "./certificates.ts";
import { ownTopics } from "./log-under-test.ts";

const source = findKafka("own process");
const PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";
const SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
const USER = { username: "gateway", password: "a secret, with = and ;" } as const;
const STRANGER = { username: "stranger", password: "nothing-allowed" } as const;

/** One broker with a listener for each way to connect. */
describe.skipIf("missing" in source)("missing" in source ? source.missing : "a broker with TLS and SASL", () => {
  let kafka: TestKafka;
  let made: Certificates;
  beforeAll(async () => {
    made = makeCertificates();
    const listener = (name: string) => ({
      [`listener.name.${name}.plain.sasl.jaas.config`]: `${PLAIN} user_${USER.username}="${USER.password}" user_${STRANGER.username}="${STRANGER.password}";`,
      [`listener.name.${name}.scram-sha-256.sasl.jaas.config`]: SCRAM,
      [`listener.name.${name}.scram-sha-512.sasl.jaas.config`]: SCRAM,
    });
    kafka = await startKafka({
      listeners: { TLS: "SSL", MUTUAL: "SSL", SASL: "SASL_PLAINTEXT", BOTH: "SASL_SSL" },
      scramUsers: ["SCRAM-SHA-256", "SCRAM-SHA-512"].map((mechanism) => `${mechanism}=[name=${USER.username},password=scram]`),
      settings: {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": pemLine(made.server.cert, made.ca),
        "ssl.keystore.key": pemLine(made.server.key),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": pemLine(made.ca),
        "listener.name.mutual.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        ...listener("sasl"),
        ...listener("both"),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": `User:ANONYMOUS;User:${USER.username};User:CN=client`,
      },
    });
  });
  afterAll(() => kafka?.stop());

  const at = (listener: string, how: Partial<KafkaOptions>) =>
    ownTopics(kafka, { brokers: [kafka.listeners.get(listener) ?? ""], limits: { connectMs: 1000, requestMs: 3000 }, ...how });

  /** Writes and reads a record. */
  async function works(options: ReturnType<typeof at>): Promise<void> {
    const log = await openKafkaLog(options);
    try {
      await log.append("setup", [recordAt(options.clock.nowMs(), "a", "hello")]);
      const under = { pass: (ms: number) => options.clock.sleep(ms) };
      const found = await takeRecords(under, log, 1, { topic: "setup", group: "readers" });
      expect(found.map(textOf)).toEqual(["hello"]);
    } finally {
      await log.close();
    }
  }

  async function refusal(options: ReturnType<typeof at>): Promise<{ code: string; message: string; canRetry: boolean }> {
    const error = await openKafkaLog(options).then(
      (log) => log.close().then(() => new Error("it was let in")),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: "LogError" });
    const { code, message, canRetry } = error as { code: string; message: string; canRetry: boolean };
    expect(message).not.toMatch(/\n|secret|\bat .*\.js/);
    return { code, message, canRetry };
  }

  test("[LOG-14] TLS with an authority of its own", () => works(at("TLS", { tls: { ca: made.ca } })));

  test("TLS with a client's certificate", () => works(at("MUTUAL", { tls: { ca: made.ca, ...made.client } })));

  test.each([
    { mechanism: "plain", ...USER },
    { mechanism: "scram-sha-256", username: USER.username, password: "scram" },
    { mechanism: "scram-sha-512", username: USER.username, password: "scram" },
  ] as const satisfies readonly KafkaSasl[])("SASL $mechanism, with TLS and without", async (sasl) => {
    await works(at("SASL", { sasl }));
    await works(at("BOTH", { sasl, tls: { ca: made.ca } }));
  });

  test.each(["plain", "scram-sha-256"] as const)(
    "[LOG-14] a wrong password (%s) is refused for good, and in no message",
    async (mechanism) => {
      const sasl = { mechanism, username: USER.username, password: "wrong-secret" };
      expect(await refusal(at("SASL", { sasl }))).toMatchObject({ code: "log.denied", canRetry: false });
    },
  );

  test("a certificate of another authority is refused for good", async () => {
    expect(await refusal(at("TLS", { tls: { ca: made.otherCa } }))).toMatchObject({ code: "log.denied" });
  });

  test("a broker that wants a certificate and gets none", async () => {
    expect((await refusal(at("MUTUAL", { tls: { ca: made.ca } }))).code).toMatch(/^log\.(denied|unreachable)$/);
  });

  test("TLS spoken to a plain listener", async () => {
    expect(await refusal(ownTopics(kafka, { tls: { ca: made.ca } }))).toMatchObject({ code: "log.denied" });
  });

  test("a user without rights may not make topics", async () => {
    const sasl = { mechanism: "plain", ...STRANGER } as const;
    expect(await refusal(at("SASL", { sasl }))).toMatchObject({ code: "log.denied", canRetry: false });
  });

  test("[LOG-14] nobody there: it can be tried again, and says where", async () => {
    const found = await refusal(ownTopics(kafka, { brokers: ["127.0.0.1:1"], limits: { connectMs: 200, retryMsMin: 5 } }));
    expect(found).toMatchObject({ code: "log.unreachable", canRetry: true, message: expect.stringContaining("127.0.0.1:1") });
  });
});
