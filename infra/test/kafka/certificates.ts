import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export interface Certificates {
  readonly ca: string;
  /** Of another authority. */
  readonly otherCa: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** An authority, and certificates of it for 127.0.0.1 and for a client, as PEM texts. Needs the program openssl. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(path.join(os.tmpdir(), "penlight-certificates-"));
  try {
    writeFileSync(path.join(folder, "san"), "subjectAltName=IP:127.0.0.1\n");
    for (const name of ["ca", "other"]) {
      openssl(folder, [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        `/CN=${name}`,
        "-keyout",
        `${name}.key`,
        "-out",
        `${name}.pem`,
      ]);
    }
    for (const name of ["server", "client"]) {
      openssl(folder, [
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        `/CN=${name}`,
        "-keyout",
        `${name}.key`,
        "-out",
        `${name}.csr`,
      ]);
      openssl(folder, [
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "san",
        "-out",
        `${name}.pem`,
      ]);
    }
    const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
    const pair = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });
    return { ca: read("ca.pem"), otherCa: read("other.pem"), server: pair("server"), client: pair("client") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function openssl(folder: string, args: readonly string[]): void {
  const run = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`openssl ${args[0]}: ${run.error?.message ?? run.stderr}`);
}

/** A PEM text as one line of server.properties. */
export function pemLine(...texts: readonly string[]): string {
  return texts.join("").trim().replaceAll("\n", "\\n");
}
