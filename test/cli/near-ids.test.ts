import { describe, expect, it } from "vitest";
import { CordonError, notFound } from "../../src/base/errors.js";
import { nearest } from "../../src/cli/near-ids.js";
import { cordonWith } from "./harness.js";

const ListZones = () => ({ zones: [{ zoneId: "plaza" }, { zoneId: "station" }] });

describe("nearest()", () => {
  it.each([
    ["plazza", ["plaza"]],
    ["plza", ["plaza"]],
    ["statoin", ["station"]],
    ["harbour", []],
    // It is there: what is wrong is something else.
    ["plaza", []],
    ["", []],
  ])("of %j is %j", (id, near) => {
    expect(nearest(id, ["plaza", "station"])).toEqual(near);
  });

  it("names three at most, the nearest first", () => {
    const ids = ["gate-111", "gate-2", "gate-3", "gate-4", "gate-5"];
    expect(nearest("gate-11", ids)).toEqual(["gate-111", "gate-2", "gate-3"]);
  });
});

describe("cordon with an id that there is not", () => {
  it("asks for the one that was meant", async () => {
    const GetZone = () => {
      throw notFound("zone", "plazza");
    };
    const { code, err } = await cordonWith({ GetZone, ListZones }, ["zone", "show", "plazza"]);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: There is no zone "plazza"\. Did you mean "plaza"\? \[NOT_FOUND\]/);
  });

  it("asks also when the gate refuses a query for it, and lists once for many", async () => {
    let listed = 0;
    const refusal = {
      type: "ZONE_NOT_REGISTERED",
      subject: "zone/plazza",
      description: "There is no such zone. (Art. 13)",
    };
    const Identify = () => {
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "ZONE_NOT_REGISTERED",
        message: "Refused.",
        violations: [refusal, refusal],
      });
    };
    const counted = () => {
      listed += 1;
      return ListZones();
    };
    const query = ["--zone", "plazza", "--camera", "c", "--gallery", "g"];
    const { code, err } = await cordonWith({ Identify, ListZones: counted }, [
      "identify",
      "package.json",
      ...query,
    ]);
    expect(code).toBe(4);
    expect(err).toMatch(/\(Art\. 13\) Did you mean "plaza"\?/);
    // No command that repeats the slip.
    expect(err).not.toContain("then:");
    expect(listed).toBe(1);
  });

  it("asks when a person is not enrolled because of it, too", async () => {
    const EnrolPerson = () => {
      throw notFound("gallery", "banned-2027");
    };
    const ListGalleries = () => ({ galleries: [{ galleryId: "banned-2026" }] });
    const terms = ["--gallery", "banned-2027", "--law", "A Law", "--retain-days", "9"];
    const args = ["enrol", "package.json", ...terms];
    const { code, err } = await cordonWith({ EnrolPerson, ListGalleries }, args);
    expect(code).toBe(1);
    expect(err).toMatch(/no gallery "banned-2027"\. Did you mean "banned-2026"\? \[NOT_FOUND\]/);
    const json = await cordonWith({ EnrolPerson, ListGalleries }, [...args, "--json"]);
    expect(json.out).toContain("Did you mean");
  });

  it("says what it knows when it may not list", async () => {
    const GetZone = () => {
      throw notFound("zone", "plazza");
    };
    const denied = () => {
      throw new CordonError({ status: "PERMISSION_DENIED", reason: "X", message: "No." });
    };
    const run = await cordonWith({ GetZone, ListZones: denied }, ["zone", "show", "plazza"]);
    expect(run.err).toBe('error: There is no zone "plazza". [NOT_FOUND]\n');
  });
});
