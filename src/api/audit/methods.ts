import type { Engine } from "../../usecases/engine.js";
import { type Named, serverStream, unary } from "../method.js";
import { exportRecordsRpc } from "./export-records.js";
import { getAuditHeadRpc } from "./get-audit-head.js";
import { queryRecordsRpc } from "./query-records.js";
import { reportPersonRpc } from "./report-person.js";
import { verifyAuditRpc } from "./verify-audit.js";

/** AuditService: what happened, for those who inspect it. */
export function auditMethods(engine: Engine): readonly Named[] {
  const verify = verifyAuditRpc(engine);
  return [
    unary("AuditService/QueryRecords", "audit", queryRecordsRpc(engine)),
    serverStream("AuditService/ExportRecords", "audit", exportRecordsRpc(engine)),
    unary("AuditService/GetAuditHead", "audit", getAuditHeadRpc(engine)),
    unary("AuditService/VerifyAudit", "audit", verify, { lengthy: true }),
    serverStream("AuditService/ReportPerson", "report-persons", reportPersonRpc(engine)),
  ];
}
