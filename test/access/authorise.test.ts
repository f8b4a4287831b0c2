import { describe, expect, it } from "vitest";
import { type Caller, type Role, roles } from "../../src/access/access.js";
import {
  type Act,
  acts,
  authorise,
  authoriseAct,
  denialError,
  permissions,
} from "../../src/access/authorise.js";

const caller = (role: Role, cameraId: string | null = null): Caller => ({
  name: "x",
  role,
  cameraId,
  address: "127.0.0.1",
});

/** Who may do what, written once more. */
const allowed: Readonly<Record<Act, readonly Role[]>> = {
  identify: ["camera", "operator", "administrator"],
  enrol: ["enroller", "administrator"],
  erase: ["enroller", "administrator"],
  read: ["enroller", "operator", "compliance-officer", "inspector", "administrator"],
  "read-persons": ["enroller", "inspector", "administrator"],
  "report-persons": ["inspector", "administrator"],
  "read-receipts": ["enroller", "compliance-officer", "inspector", "administrator"],
  "read-duplicates": ["enroller", "compliance-officer", "inspector", "administrator"],
  "decide-duplicates": ["compliance-officer", "administrator"],
  "manage-zones": ["operator", "administrator"],
  "manage-galleries": ["operator", "administrator"],
  "manage-compliance": ["compliance-officer", "administrator"],
  "manage-operator": ["administrator"],
  "manage-filing": ["compliance-officer", "administrator"],
  "manage-keys": ["administrator"],
  backup: ["administrator"],
  audit: ["compliance-officer", "inspector", "administrator"],
};

const pairs = roles.flatMap((role) => acts.map((act) => ({ role, act })));

describe("authorise", () => {
  it.each(pairs)("judges $act by the role $role", ({ role, act }) => {
    const denial = authorise(caller(role, role === "camera" ? "c1" : null), act, "c1");
    if (allowed[act].includes(role)) expect(denial).toBeNull();
    else expect(denial?.reason).toBe("ROLE_NOT_ALLOWED");
  });

  it("lets a camera identify for itself alone", () => {
    expect(authorise(caller("camera", "c1"), "identify", "c1")).toBeNull();
    for (const cameraId of ["c2", "", undefined]) {
      const denial = authorise(caller("camera", "c1"), "identify", cameraId);
      expect(denial?.reason).toBe("CAMERA_NOT_CALLERS");
    }
  });

  it("lets a camera caller without a camera identify for none", () => {
    for (const cameraId of ["c1", "", undefined]) {
      expect(authorise(caller("camera"), "identify", cameraId)?.reason).toBe("CAMERA_NOT_CALLERS");
    }
  });

  it("does not bind other roles to a camera", () => {
    expect(authorise(caller("operator"), "identify", "c9")).toBeNull();
  });

  it("says who may instead", () => {
    expect(authorise(caller("enroller"), "manage-zones")?.message).toBe(
      "The role enroller may not change zones, signs and cameras. These may: operator, administrator.",
    );
  });
});

it("every role has a line in the table, and nobody but the administrator has every act", () => {
  expect(Object.keys(permissions).sort()).toEqual([...roles].sort());
  const all = roles.filter((role) => acts.every((act) => permissions[role].includes(act)));
  expect(all).toEqual(["administrator"]);
});

it("nobody but the administrator both runs zones and approves that they are lawful", () => {
  const both = roles.filter((role) =>
    (["manage-zones", "manage-compliance"] as const).every((act) =>
      permissions[role].includes(act),
    ),
  );
  expect(both).toEqual(["administrator"]);
});

it("nobody but the administrator both enrols and decides who is one and the same", () => {
  const both = roles.filter((role) =>
    (["enrol", "decide-duplicates"] as const).every((act) => permissions[role].includes(act)),
  );
  expect(both).toEqual(["administrator"]);
});

it("before its camera is known, a call is judged by its act alone", () => {
  expect(authoriseAct(caller("camera", "c1"), "identify")).toBeNull();
  expect(authoriseAct(caller("camera", "c1"), "enrol")?.reason).toBe("ROLE_NOT_ALLOWED");
});

it("a denial leaves as PERMISSION_DENIED with its reason", () => {
  const denial = authorise(caller("inspector"), "enrol");
  if (denial === null) throw new Error("allowed");
  expect(denialError(denial)).toMatchObject({
    status: "PERMISSION_DENIED",
    reason: "ROLE_NOT_ALLOWED",
  });
});
