import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newToken } from "../../src/access/tokens.js";
import { cordon as run } from "../cli/harness.js";
import { type ServerProcess, startServerProcess } from "./harness.js";

const example = join(import.meta.dirname, "../../deploy/examples/plaza");
/** The page that shows what the checklist of this zone looks like. */
const documented = readFileSync(join(example, "../../../docs/compliance.md"), "utf8");
const DAY_MS = 24 * 3600 * 1000;

let root: string;
let folder: string;
let server: ServerProcess;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "cordon-e2e-apply-"));
  folder = join(root, "plaza");
  copyWithDates();
  const callers = (["administrator", "operator"] as const).map((role) => {
    const { token, sha256 } = newToken();
    writeFileSync(join(root, role), token);
    return { name: role, role, token_sha256: sha256 };
  });
  const tokens = join(root, "tokens.yaml");
  writeFileSync(tokens, JSON.stringify({ callers }), { mode: 0o600 });
  server = await startServerProcess(join(root, "data"), { CORDON_TOKEN_FILE: tokens });
});

afterAll(async () => {
  expect(await server?.stop()).toBe(0);
  rmSync(root, { recursive: true, force: true });
});

/** The example as somebody copies it: with the dates of today. */
function copyWithDates(): void {
  cpSync(example, folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".yaml")) continue;
    edit(name, (text) =>
      text
        .replaceAll(/^(valid_from|installed|available_from): .*$/gm, `$1: ${dayFromNow(-20)}`)
        .replaceAll(/^inspected: .*$/gm, `inspected: ${dayFromNow(-2)}`)
        .replaceAll(/^valid_until: .*$/gm, `valid_until: ${dayFromNow(300)}`),
    );
  }
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

function datesAside(text: string): string {
  return text.replaceAll(/\d{4}-\d{2}-\d{2}/g, "DATE");
}

function edit(name: string, change: (text: string) => string): void {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function cordon(...args: string[]) {
  return cordonAs("administrator", ...args);
}

function cordonAs(role: "administrator" | "operator", ...args: string[]) {
  const token = join(root, role);
  return run(args, { CORDON_ADDRESS: server.grpcAddress, CORDON_CLI_TOKEN_FILE: token });
}

function apply(...more: string[]) {
  return cordon("apply", "-f", folder, ...more);
}

async function actions(...more: string[]): Promise<Record<string, string>> {
  const { out } = await apply("--json", ...more);
  const { documents } = JSON.parse(out) as { documents: { name: string; action: string }[] };
  return Object.fromEntries(documents.map(({ name, action }) => [name, action]));
}

/** Each test goes on where the one before it ended. */
describe("the example zone, on a real server", () => {
  it("is all new in a dry run, which sends nothing", async () => {
    const { code, out } = await apply("--dry-run");
    expect(code).toBe(5);
    expect(out).toMatch(/dry run: 13 to create/);
    expect((await cordon("zone", "show", "plaza")).code).toBe(1);
  });

  it("is not sent when the server would refuse some of it: two cameras of one device", async () => {
    edit("cameras.yaml", (text) => text.replace("0417-0002", "0417-0001"));
    edit("signs.yaml", (text) => text.replace("latitude: 31.2315", "latitude: 31.3"));
    const { code, out } = await apply();
    expect(code).toBe(1);
    expect(out).toMatch(/device_identity: is that of camera "gate-east" \(.*cameras\.yaml:\d+\)/);
    expect(out).toMatch(
      /position: must be in the geofence or within 50 m of it \(.*signs\.yaml:2\)/,
    );
    expect(out).toMatch(/nothing was sent: 11 to create, 2 in the way/);
    edit("cameras.yaml", (text) => text.replace(/0417-0001(?![\s\S]*0417)/, "0417-0002"));
    edit("signs.yaml", (text) => text.replace("latitude: 31.3", "latitude: 31.2315"));
  });

  it("is applied half-way by whoever may not say that it is lawful, who is told so", async () => {
    await cordon("apply", "-f", join(folder, "operator.yaml"));
    const args = ["apply", "-f", folder];
    const { code, out, err } = await cordonAs("operator", ...args);
    expect(code).toBe(1);
    expect(err).toMatch(/ROLE_NOT_ALLOWED[\s\S]*stopped at handling-rules/);
    expect(out).toMatch(/~ zone\/plaza +partly applied: done create, register; left activate/);
    expect(out).toMatch(/stopped: 7 applied, 3 not tried, 1 failed, 1 unchanged, 1 partly applied/);
    const again = JSON.parse((await cordonAs("operator", ...args, "--json")).out);
    expect(again).toMatchObject({ applied: false, stopped: "handling-rules" });
    const results = again.documents.map(({ result }: { result: string }) => result);
    expect(results.filter((one: string) => one === "unchanged")).toHaveLength(8);
  });

  it("is applied, and then every rule of the gate is satisfied", async () => {
    const { code, out, err } = await apply();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/4 created, 1 updated, 8 unchanged\nzone plaza: every rule is satisfied/);
    const check = await cordon("zone", "check", "plaza");
    expect(check.code).toBe(0);
    expect(check.out).toMatch(/^zone plaza: all \d+ satisfied\n/);
    expect(check.out).not.toMatch(/✗/);
    expect(datesAside(documented)).toContain(datesAside(check.out));
  });

  it("is unchanged when it is applied again: no new notice, no new assessment", async () => {
    expect(new Set(Object.values(await actions()))).toEqual(new Set(["unchanged"]));
    expect((await apply("--dry-run")).code).toBe(0);
    const { notices } = JSON.parse((await cordon("notice", "list", "--json")).out);
    expect(notices).toMatchObject([{ noticeId: "plaza", version: 1, current: true }]);
  });

  it("tells what will fail soon", async () => {
    const { out } = await cordon("zone", "check", "plaza", "--within-days", "90");
    expect(out).toMatch(/only for less than 90 days/);
    expect(out).toMatch(/^! {2}Art\. 13 +sign inspected/m);
  });

  it("needs a new notice and a new assessment once its method has changed", async () => {
    edit("zone.yaml", (text) => text.replace("Frames of fixed cameras", "Pictures of cameras"));
    const { out } = await apply();
    expect(out).toMatch(/~ zone\/plaza +update\n {4}method: .*-> .*/);
    const check = await cordon("zone", "check", "plaza", "--json");
    expect(check.code).toBe(4);
    const { items } = JSON.parse(check.out) as { items: { reason: string; satisfied: boolean }[] };
    const failing = items.filter(({ satisfied }) => !satisfied).map(({ reason }) => reason);
    expect(failing).toEqual(["NOTICE_OUTDATED", "PIA_OUTDATED"]);
  });

  it("cannot change the approved assessment, but can have another", async () => {
    edit("assessment.yaml", (text) => text.replace("first-use", "change-of-method"));
    const { code, out } = await apply();
    expect(code).toBe(1);
    expect(out).toMatch(/! assessment\/plaza-2026 +in the way/);
    edit("assessment.yaml", (text) => text.replace("plaza-2026", "plaza-2026-2"));
    edit("notice.yaml", (text) => text.replaceAll("东门、西门固定摄像机", "东门、西门摄像机"));
    expect(await actions()).toMatchObject({
      "assessment/plaza-2026-2": "create",
      "notice/plaza": "update",
      "zone/plaza": "unchanged",
    });
    expect((await cordon("zone", "check", "plaza")).code).toBe(0);
  });

  it("loses what the files no longer name, only when it is pruned", async () => {
    edit("cameras.yaml", (text) => text.split("---\n")[0] ?? "");
    expect((await apply("--dry-run")).code).toBe(0);
    expect(await actions("--prune")).toMatchObject({ "camera/gate-west": "remove" });
    expect((await cordon("camera", "show", "gate-west")).code).toBe(1);
  });

  it("is suspended by its file, from the next query on", async () => {
    edit("zone.yaml", (text) => text.replace("state: ACTIVE", "state: SUSPENDED"));
    expect(await actions()).toMatchObject({ "zone/plaza": "update" });
    expect((await cordon("zone", "check", "plaza")).out).toMatch(/ZONE_NOT_ACTIVE/);
  });
});
