import { Metadata } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { toClientError } from "../../../src/transport/client/error.js";

describe("toClientError()", () => {
  it("survives a trailer that is no google.rpc.Status", () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from([0xff, 0xff]));
    const thrown = Object.assign(new Error("x"), { code: 5, details: "no such zone", metadata });
    expect(toClientError(thrown)).toMatchObject({
      status: "NOT_FOUND",
      reason: "",
      message: "no such zone",
      violations: [],
    });
  });

  it("gives UNKNOWN for a code that gRPC does not have, and for a stranger", () => {
    const thrown = Object.assign(new Error("x"), { code: 99, details: "d" });
    expect(toClientError(thrown).status).toBe("UNKNOWN");
    expect(toClientError("boom")).toMatchObject({ status: "UNKNOWN", message: "boom" });
  });

  it("leaves one of its own as it is", () => {
    const error = toClientError(new Error("x"));
    expect(toClientError(error)).toBe(error);
  });
});
