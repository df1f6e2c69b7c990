import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE } from "../../tooling/cache.ts";

/** The version that everything runs on, and the oldest one, for a short pass. */
export const KAFKA_VERSION = "4.1.1";
export const KAFKA_VERSION_OLD = "3.9.1";

/** What keeps the jars from running here, in words that say what to install; null: nothing. */
export function missingForJars(): string | null {
  const java = spawnSync("java", ["-version"], { encoding: "utf8" });
  const major = Number(/version "(\d+)/.exec(java.stderr ?? "")?.[1] ?? 0);
  if (major < 17) return "no Java 17 or newer (Debian: sudo apt-get install -y openjdk-17-jre-headless maven)";
  if (spawnSync("mvn", ["-v"]).status !== 0) return "no Maven (Debian: sudo apt-get install -y maven)";
  return null;
}

/** Folder of Apache Kafka's jars; fetched by Maven the first time, and kept in the user's cache. */
export function kafkaJars(version: string): string {
  const folder = path.join(CACHE, `kafka-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(path.join(CACHE, "fetching-"));
  try {
    writeFileSync(path.join(work, "pom.xml"), pom(version));
    const jars = path.join(work, "jars");
    const args = ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${jars}`, "-DincludeScope=runtime"];
    const run = spawnSync("mvn", args, { cwd: work, encoding: "utf8" });
    if (run.status !== 0) throw new Error(`Maven could not fetch Kafka ${version}: ${run.stdout}${run.stderr}`);
    // Another test run may have been faster.
    if (!existsSync(folder)) renameSync(jars, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

function pom(version: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>penlight</groupId>
  <artifactId>test-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;
}
