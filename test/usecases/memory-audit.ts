import type { Audit, AuditEvent, AuditLine } from "../../src/audit/audit.js";

const hashOf = (seq: number) => String(seq).padStart(64, "0");

/** An audit in memory, which a test may read: the real one is tested by itself. */
export function memoryAudit(events: AuditEvent[]): Audit {
  const lineOf = (event: AuditEvent, seq: number): AuditLine => {
    return { record: { ...event, seq, timeMs: 0 }, hash: hashOf(seq), line: JSON.stringify(event) };
  };
  const head = () => ({ seq: events.length, hash: hashOf(events.length) });
  return {
    append: async (event) => events.push(structuredClone(event)),
    head,
    signedHead: () => ({
      payload: "",
      signature: new Uint8Array(64),
      publicKey: new Uint8Array(32),
    }),
    hashOf: async (seq) => (seq >= 1 && seq <= events.length ? hashOf(seq) : null),
    async *query({ act, personIds }, afterSeq) {
      for (const [at, event] of events.slice().entries()) {
        const text = JSON.stringify(event.details);
        const isNamed = personIds?.some((id) => text.includes(id)) ?? true;
        if (at + 1 > afterSeq && (act === undefined || act === event.act) && isNamed) {
          yield lineOf(event, at + 1);
        }
      }
    },
    verify: async () => {
      const counts = { records: events.length, checkpoints: 0, firstSeq: 1, tornBytes: 0 };
      return { ok: true, ...counts, head: head() };
    },
    files: async () => [],
    close: async () => undefined,
  };
}
