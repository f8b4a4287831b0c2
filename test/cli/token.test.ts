import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { authenticateByToken } from "../../src/access/authenticate.js";
import { parseTokens } from "../../src/access/tokens.js";
import { cordon } from "./harness.js";

describe("cordon token new", () => {
  it("prints an entry that the server's token file takes, for the token beside it", async () => {
    const args = ["token", "new", "--name", "gate", "--role", "camera", "--camera", "gate-4"];
    const { out: stdout, code } = await cordon([...args, "--json"]);
    expect(code).toBe(0);
    const { token, entry } = JSON.parse(stdout) as { token: string; entry: object };
    const read = parseTokens(JSON.stringify({ callers: [entry] }));
    if (!read.ok) throw new Error(read.problems.join());
    const found = authenticateByToken(read.entries)({
      authorization: `Bearer ${token}`,
      address: "::1",
    });
    expect(found).toMatchObject({ ok: true, caller: { role: "camera", cameraId: "gate-4" } });
  });

  it("prints YAML for people", async () => {
    const { out: stdout } = await cordon(["token", "new", "--name", "desk", "--role", "enroller"]);
    const yaml = stdout.slice(stdout.indexOf("  - name"));
    expect(parse(yaml)).toMatchObject([{ name: "desk", role: "enroller" }]);
  });

  it.each([
    ["a camera without its id", ["--name", "x", "--role", "camera"]],
    ["an id for another role", ["--name", "x", "--role", "enroller", "--camera", "c1"]],
    ["an unknown role", ["--name", "x", "--role", "king"]],
    ["no name", ["--role", "enroller"]],
  ])("calls %s wrong usage", async (_name, args) => {
    expect((await cordon(["token", "new", ...args])).code).toBe(2);
  });
});
