import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { missingForPython, pythonWith } from "../python.ts";

const K8S = path.resolve(import.meta.dirname, "../../k8s");
/** A package that has the schemas of every Kubernetes version. */
const REQUIREMENTS = path.join(import.meta.dirname, "manifests.txt");
/** The oldest and the newest version that the manifests are held against. */
const VERSIONS = ["1.31", "1.37"];

const missing = missingForPython();
const folders = ["base", "example"];
const manifests = folders.flatMap((folder) =>
  readdirSync(path.join(K8S, folder))
    .filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml")
    .map((file) => path.join(K8S, folder, file)),
);

function documents(file: string): Record<string, unknown>[] {
  return parseAllDocuments(readFileSync(file, "utf8"), { merge: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Record<string, unknown>;
  });
}

function validate(version: string, files: readonly string[]) {
  const args = ["-m", "kubernetes_validate", "--strict", "-k", version, ...files];
  const { status, stdout, stderr } = spawnSync(pythonWith(REQUIREMENTS), args, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe.skipIf(missing !== null)(`Kubernetes manifests${missing === null ? "" : ` (${missing})`}`, () => {
  beforeAll(() => void pythonWith(REQUIREMENTS), 300_000);

  it.each(VERSIONS)("are valid for Kubernetes %s, unknown fields refused", (version) => {
    expect(validate(version, manifests)).toMatchObject({ status: 0 });
  });

  it("a misspelt field is found", () => {
    const directory = mkdtempSync(path.join(tmpdir(), "penlight-manifests-"));
    try {
      const file = path.join(directory, "broken.yaml");
      const text = readFileSync(path.join(K8S, "base/processor.yaml"), "utf8");
      writeFileSync(file, text.replace("readOnlyRoot", "readOnlyRot"));
      const { status, output } = validate("1.34", [file]);
      expect(status).toBe(1);
      expect(output).toContain("readOnlyRotFilesystem");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("kustomizations", () => {
  it.each(folders)("%s names files that are there, and every file is named", (folder) => {
    const [kustomization] = documents(path.join(K8S, folder, "kustomization.yaml"));
    const resources = kustomization?.resources as string[];
    for (const resource of resources) expect(existsSync(path.join(K8S, folder, resource)), resource).toBe(true);
    const files = readdirSync(path.join(K8S, folder)).filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml");
    expect(resources.filter((resource) => !resource.startsWith(".."))).toEqual(expect.arrayContaining(files));
  });

  it("every file that a container reads from /secrets is in the secret", () => {
    const [example] = documents(path.join(K8S, "example/kustomization.yaml"));
    const generators = example?.secretGenerator as { files: string[] }[];
    const kept = generators.flatMap((each) => each.files);
    const read = manifests.flatMap((file) => readFileSync(file, "utf8").match(/\/secrets\/[\w.-]+/g) ?? []);
    expect(read.length).toBeGreaterThan(0);
    for (const file of read) expect(kept).toContain(path.basename(file));
  });
});
