import { type Budget, bounded, newBudget } from "../../bounded.js";
import { type Block, body, facts, heading, table } from "../../paper.js";
import type { Dossier } from "../../schema.js";
import { dayOf, momentOf, number, orUnfilled, restOf, signature, yesNo } from "./say.js";
import { providerWord, purposeWords, roleWord } from "./words.js";

/** (3) 人脸信息存储数量和安全保护措施, as measured from the running system (Art. 14). */
export function securityBlocks(dossier: Dossier): readonly Block[] {
  const budget = newBudget();
  return [
    ...storedBlocks(dossier, budget),
    heading("二、安全保护措施（第十四条）"),
    body("除注明“依处理规则”的以外，下列各项均为材料生成时自运行中的系统实测所得。"),
    ...measureBlocks(dossier.security),
    ...authorisationBlocks(dossier, budget),
    ...intrusionBlocks(dossier.security, budget),
    signature("", "个人信息处理者（盖章）"),
  ];
}

function storedBlocks({ stored, filing }: Dossier, budget: Budget): readonly Block[] {
  const rows = stored.galleries.map(({ galleryId, displayName, persons, templates }) => [
    displayName === "" ? galleryId : `${displayName}（${galleryId}）`,
    number(persons),
    number(templates),
  ]);
  const list = bounded(rows, budget, (row) => row);
  return [
    heading("一、存储数量"),
    facts([
      ["存储人脸信息的自然人", `${number(stored.persons)} 人`],
      ["人脸特征模板", `${number(stored.templates)} 个`],
      ["统计时点", momentOf(stored.countedAt)],
      ["统计口径", "全部人脸库和全部场景合并，同一自然人只计一次；不按模板、图像计数"],
      ["备案数量标准", `${number(filing.threshold)} 人`],
    ]),
    table(
      [
        ["人脸库", 6],
        ["人数", 2],
        ["模板数", 2],
      ],
      list.shown,
    ),
    ...restOf(list),
  ];
}

function measureBlocks({ encryption, audit, access }: Dossier["security"]): readonly Block[] {
  const { keyProvider, keyVersion, cipher, perPersonKeys } = encryption;
  return [
    heading("（一）数据加密"),
    facts([
      ["存储加密", `${cipher} 认证加密`],
      ["数据密钥", perPersonKeys ? "每一自然人单独一把；删除即销毁密钥" : "未按人分设"],
      ["密钥加密密钥", `${providerWord(keyProvider)}，现行版本 ${number(keyVersion)}`],
      ["传输加密", transport(access)],
    ]),
    heading("（二）安全审计"),
    facts([
      ["审计记录", `${number(audit.records)} 条，逐条以 SHA-256 链接，先落盘后应答`],
      ["链的校验", chainCheck(audit)],
      ["签名检查点", `${number(audit.checkpoints)} 个（Ed25519）`],
      ["链首", `第 ${number(audit.headSeq)} 条　${audit.headHash}`],
      ["保存期限", `${number(audit.retentionDays)} 日`],
    ]),
    heading("（三）访问控制"),
    facts([
      ["调用方身份鉴别", authentication(access)],
      ["服务范围", access.loopbackOnly ? "仅限本机访问" : "限于登记的调用方"],
      ["双向证书认证", yesNo(access.mutualTls)],
    ]),
    table(
      [
        ["角色", 6],
        ["调用方数量", 2],
      ],
      access.callers.map(({ role, callers }) => [roleWord(role), number(callers)]),
    ),
  ];
}

function transport({ tls, mutualTls, loopbackOnly }: Dossier["security"]["access"]): string {
  if (tls) return mutualTls ? "TLS，并要求调用方出示证书" : "TLS";
  return loopbackOnly ? "未启用 TLS；仅本机可以访问，不经网络传输" : "未启用";
}

function authentication({ tokens, mutualTls }: Dossier["security"]["access"]): string {
  const certificate = mutualTls ? "，并核验客户端证书" : "";
  return tokens
    ? `每一调用方一个口令牌，系统仅存其 SHA-256 摘要${certificate}`
    : `仅限本机调用${certificate}`;
}

function chainCheck({ verified, verifiedAt }: Dossier["security"]["audit"]): string {
  if (verified === null) return "尚未校验";
  const when = verifiedAt === null ? "" : `（${momentOf(verifiedAt)}）`;
  return verified ? `全部记录校验通过${when}` : `校验未通过${when}`;
}

function authorisationBlocks(dossier: Dossier, budget: Budget): readonly Block[] {
  const { security, stored, scenarios } = dossier;
  const galleries = new Map(stored.galleries.map((of) => [of.galleryId, of.displayName]));
  const zones = new Map(scenarios.map((of) => [of.zoneId, of.displayName]));
  const rows = security.authorisations.map(({ galleryId, zoneId, purpose, authorisedAt }) => [
    galleries.get(galleryId) || galleryId,
    zones.get(zoneId) || zoneId,
    purposeWords[purpose],
    dayOf(authorisedAt),
  ]);
  const list = bounded(rows, budget, (row) => row);
  return [
    heading("（四）授权管理"),
    body("人脸库须就具体区域、具体目的分别授权方可比对；未经授权的比对一律拒绝。"),
    rows.length === 0
      ? body("尚无授权。")
      : table(
          [
            ["人脸库", 3],
            ["区域", 3],
            ["目的", 4],
            ["授权日期", 2.6],
          ],
          list.shown,
        ),
    ...restOf(list),
  ];
}

function intrusionBlocks(
  { intrusionDetection, incidents }: Dossier["security"],
  budget: Budget,
): readonly Block[] {
  const rows = incidents.map(({ incidentId, occurredAt, description }) => [
    incidentId,
    dayOf(occurredAt),
    description,
  ]);
  const list = bounded(rows, budget, (row) => row);
  const onRecord =
    incidents.length === 0
      ? [body("在案的重大安全事件：无。")]
      : [
          body(`在案的重大安全事件：${number(incidents.length)} 起。`),
          table(
            [
              ["编号", 2],
              ["发生日期", 2],
              ["情况", 6],
            ],
            list.shown,
          ),
          ...restOf(list),
        ];
  return [
    heading("（五）入侵检测和防御"),
    body(
      "系统自身：被拒绝的调用按原因计数；审计记录被篡改、删除、重排，模板被篡改、调换的，读取时即可发现。",
    ),
    facts([["依处理规则", orUnfilled(intrusionDetection)]]),
    ...onRecord,
  ];
}
