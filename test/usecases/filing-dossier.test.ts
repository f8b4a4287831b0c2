import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { apiMethods } from "../../src/api/methods.js";
import type { Dossier } from "../../src/filing/dossier/schema.js";
import { DOSSIERS_AT_ONCE_MAX } from "../../src/usecases/filing/dossier-line.js";
import { publishNotice } from "../e2e/harness.js";
import { directClient } from "./direct-client.js";
import { administrator, makeEngine, serverFacts } from "./engine.js";
import { auditedAs, enrolNumbers, identifyOperator } from "./filing-people.js";
import { makeWorld, type World } from "./world.js";

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

async function dueWorld(): Promise<World> {
  world = await makeWorld({ thresholdPersons: 2 });
  await identifyOperator(world);
  await enrolNumbers(world, 0, 2);
  return world;
}

/** A dossier as it is sent: its manifest, and every file, whole. */
async function exported(
  { client }: Pick<World, "client">,
  formats: readonly string[],
  templateVersion = "",
) {
  const request = { formats: [...formats], templateVersion };
  const files = new Map<string, Buffer>();
  let chunks: Buffer[] = [];
  let manifest = null;
  for await (const part of client.filing.exportDossier(request)) {
    if (part.manifest) manifest = part.manifest;
    if (part.data) chunks.push(part.data);
    if (!part.fileEnd) continue;
    const bytes = Buffer.concat(chunks);
    chunks = [];
    expect(part.fileEnd.sizeBytes).toBe(bytes.length);
    expect(part.fileEnd.sha256).toEqual(createHash("sha256").update(bytes).digest());
    files.set(part.fileEnd.name, bytes);
  }
  if (manifest === null) throw new Error("no manifest");
  expect([...files.keys()]).toEqual(manifest.files);
  return { manifest, files };
}

async function dossierOf(open: World): Promise<Dossier> {
  const { files } = await exported(open, ["json"]);
  return JSON.parse(files.get("dossier.json")?.toString("utf8") ?? "") as Dossier;
}

describe("the exported dossier", () => {
  it("is filled from the records, and measured from the running system", async () => {
    const open = await dueWorld();
    const dossier = await dossierOf(open);
    expect(dossier.stored).toMatchObject({
      ...{ persons: 2, templates: 2 },
      galleries: [{ galleryId: "watch", persons: 2, templates: 2 }],
    });
    expect(dossier.filing).toMatchObject({ state: "DUE", threshold: 2 });
    expect(dossier.scenarios).toMatchObject([
      { zoneId: "plaza", cameras: 1, galleryIds: ["watch"] },
    ]);
    expect(dossier.rules.notices).toMatchObject([{ noticeId: "plaza-notice", version: 1 }]);
    expect(dossier.assessments).toMatchObject([{ assessmentId: "first-use" }]);
    expect(dossier.security).toMatchObject({
      encryption: { keyProvider: "file", keyVersion: 1 },
      audit: { verified: true, retentionDays: 1_096 },
      access: { tls: false, loopbackOnly: true, callers: [{ role: "administrator" }] },
      authorisations: [{ galleryId: "watch", zoneId: "plaza" }],
    });
  });

  it("lists what is missing with the call that supplies it, and no more once it is there", async () => {
    const open = await dueWorld();
    const { manifest } = await exported(open, ["json"]);
    expect(manifest.complete).toBe(false);
    const remedies = manifest.gaps.map(({ remedy }) => remedy);
    expect(remedies).toContain("cordon operator set --file OPERATOR.yaml --region REGION");
    const [contact, officers] = ["privacy@example.org", ["LEGAL_REPRESENTATIVE", "FILING_HANDLER"]];
    await open.client.server.setOperator({
      operator: {
        ...{ name: "广场保安有限公司", contact, region: "北京市" },
        unifiedSocialCreditCode: "91350100M000100Y43",
        officers: officers.map((role) => {
          return { role: `OFFICER_ROLE_${role}` as never, name: "王", contact: "010-1" };
        }),
      },
    });
    const part = "按制度执行";
    await open.client.filing.setHandlingRules({
      rules: {
        ...{ collection: part, storage: part, use: part, transfer: part, deletion: part },
        ...{ authorisation: part, incidentResponse: part, intrusionDetection: part },
        approver: "张敏",
      },
    });
    // The operator's new name has made the notice outdated.
    const { manifest: nearly } = await exported(open, ["json"]);
    expect(nearly.gaps.map(({ what }) => what)).toEqual(["a notice in force for zone plaza"]);
    await publishNotice(open.client);
    const { manifest: whole } = await exported(open, ["json"]);
    expect(whole).toMatchObject({ complete: true, gaps: [] });
  });

  it("comes in every format, rendered beside the queries, and is on record", async () => {
    const open = await dueWorld();
    const { files, manifest } = await exported(open, []);
    const endings = [...files.keys()].map((name) => name.slice(name.lastIndexOf(".") + 1));
    expect(new Set(endings)).toEqual(new Set(["json", "html", "docx", "pdf"]));
    for (const [name, bytes] of files) {
      if (name.endsWith(".pdf")) expect(bytes.subarray(0, 5).toString("latin1")).toBe("%PDF-");
      if (name.endsWith(".docx")) expect(bytes.subarray(0, 2).toString("latin1")).toBe("PK");
    }
    const formats = ["json", "html", "docx", "pdf"];
    const { templateVersion } = manifest;
    const gaps = manifest.gaps.length;
    expect(auditedAs(open, "filing.dossier")).toEqual([
      { complete: false, gaps, formats, templateVersion },
    ]);
  });

  it("is not made while nobody, or nobody with a credit code, is there to file", async () => {
    world = await makeWorld();
    const missing = { status: "FAILED_PRECONDITION", reason: "FILING_OPERATOR_MISSING" };
    await expect(exported(world, ["json"])).rejects.toMatchObject({
      ...missing,
      message: expect.stringMatching(/credit code is not on record.*SetOperator.*--credit-code/),
    });
    // Taken away while the audit is checked.
    await identifyOperator(world);
    const { engine } = world;
    const { verify } = engine.audit;
    const operator = engine.facts.operator();
    if (operator === null) throw new Error("no operator");
    engine.audit.verify = (signal) => {
      engine.facts.setOperator({ ...operator, unifiedSocialCreditCode: "" });
      return verify(signal);
    };
    await expect(exported(world, ["json"])).rejects.toMatchObject(missing);
    const nobody = await makeEngine();
    const client = directClient(apiMethods(nobody.engine, serverFacts), administrator);
    await expect(exported({ client }, ["json"])).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining("the operator's profile is not on record"),
    });
    await nobody.close();
    expect([...nobody.audited, ...auditedAs(world, "filing.dossier")]).toEqual([]);
  });

  it("is made for so many callers at once, and for the next once one has left", async () => {
    const open = await dueWorld();
    const { dossiers } = open.engine.filing;
    const others = Array.from({ length: DOSSIERS_AT_ONCE_MAX - 1 }, () => dossiers.enter());
    // One who leaves in the middle of a file leaves the line too.
    for await (const { manifest } of open.client.filing.exportDossier({ formats: ["json"] })) {
      if (manifest) break;
    }
    const last = dossiers.enter();
    await expect(exported(open, ["json"])).rejects.toMatchObject({
      status: "RESOURCE_EXHAUSTED",
      reason: "QUEUE_FULL",
    });
    last();
    last();
    expect((await exported(open, ["json"])).files.size).toBe(2);
    dossiers.enter();
    expect(() => dossiers.enter()).toThrow("8 dossiers are under way");
    for (const leave of others) leave();
  });

  it("is not made for a format or a version that there is not", async () => {
    const open = await dueWorld();
    const wrong = { status: "INVALID_ARGUMENT", reason: "FIELD_INVALID" };
    for (const formats of [["doc"], ["json", ""], Array.from({ length: 5 }, () => "json")]) {
      await expect(exported(open, formats)).rejects.toMatchObject(wrong);
    }
    await expect(exported(open, ["json"], "1999")).rejects.toMatchObject({
      ...wrong,
      fields: [{ field: "template_version" }],
    });
    expect(auditedAs(open, "filing.dossier")).toEqual([]);
  });

  it("stands on a check of the audit of the same day", async () => {
    const open = await dueWorld();
    const verify = open.engine.audit.verify;
    let checks = 0;
    open.engine.audit.verify = (signal) => {
      checks += 1;
      return verify(signal);
    };
    await dossierOf(open);
    await dossierOf(open);
    expect(checks).toBe(1);
    open.clock.pass(86_400_001);
    await dossierOf(open);
    expect(checks).toBe(2);
    open.engine.audit.verify = async () => {
      return { ok: false, broken: { seq: 1, file: "f", line: 1, offsetBytes: 0, fault: "x" } };
    };
    await open.client.audit.verifyAudit({});
    expect((await dossierOf(open)).security.audit).toMatchObject({ verified: false, records: 0 });
  });
});
