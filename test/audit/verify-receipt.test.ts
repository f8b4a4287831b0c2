import { expect, test } from "vitest";
import { verifyReceipt } from "../../src/audit/verify-receipt.js";
import { newSigner, signer } from "./events.js";

const payload = '{"erasedAtMs":1750000000000,"personId":"p-1","type":"erasure"}';
const receiptOf = (text: string, by = signer) => ({
  payload: text,
  signature: by.sign(Buffer.from(text, "utf8")),
  publicKey: by.publicKey,
});

test("a genuine receipt says what was signed, and whether the key is known from elsewhere", () => {
  const receipt = receiptOf(payload);
  const statement = { erasedAtMs: 1_750_000_000_000, personId: "p-1", type: "erasure" };
  expect(verifyReceipt(receipt)).toMatchObject({ ok: true, statement, trusted: false });
  expect(verifyReceipt(receipt, signer.publicKey)).toMatchObject({ ok: true, trusted: true });
});

test("one that was altered, or that another key signed, is refused", () => {
  const receipt = receiptOf(payload);
  const other = newSigner();
  for (const bad of [
    { ...receipt, payload: payload.replace("p-1", "p-2") },
    { ...receipt, signature: other.sign(Buffer.from(payload)) },
    { ...receipt, signature: new Uint8Array(0) },
    { ...receipt, publicKey: new Uint8Array(31) },
    { ...receipt, publicKey: new Uint8Array(32).fill(255) },
  ]) {
    expect(verifyReceipt(bad)).toMatchObject({ ok: false, fault: expect.any(String) });
  }
  const forged = receiptOf(payload, other);
  expect(verifyReceipt(forged)).toMatchObject({ ok: true, trusted: false });
  expect(verifyReceipt(forged, signer.publicKey)).toMatchObject({ ok: false });
});

test("a signed text that is not one JSON object in its canonical form is refused", () => {
  for (const text of ["", "7", "[]", "null", '{"b":1,"a":2}', '{"a": 1}', '{"a":1}x']) {
    expect(verifyReceipt(receiptOf(text))).toMatchObject({ ok: false });
  }
});
