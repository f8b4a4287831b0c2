/** A dossier's input that lacks nothing, and one that lacks a lot. */
import type { DossierInput } from "../../src/filing/dossier/input.js";

const day = 86_400_000;
export const sampleAtMs = Date.UTC(2026, 10, 22, 2, 30);

const hash = "3f5a".repeat(16);

export const sampleZone: DossierInput["zones"][number] = {
  zoneId: "plaza",
  displayName: "滨江文化广场",
  state: "ACTIVE",
  placeType: "STADIUM_OR_VENUE",
  purpose: "PUBLIC_SAFETY_ADMISSION",
  necessity:
    "大型活动期间，法院裁定禁止入场的人员曾两次混入并造成人身伤害；人工核对名单曾两次失效，没有对个人权益影响更小的方式能够达到同等效果。",
  method:
    "东门、西门固定摄像机拍摄的画面，在本地网络内与“法院禁止入场人员”名单中的模板进行一对多比对；比对结果由工作人员复核，未匹配者的图像和特征立即销毁。",
  retentionDaysMax: 180,
  permittedNetworks: ["10.20.0.0/24", "fd12:3456:789a::/48"],
  validFromMs: sampleAtMs - 40 * day,
  validUntilMs: sampleAtMs + 300 * day,
  cameras: 12,
};

const station: DossierInput["zones"][number] = {
  ...sampleZone,
  zoneId: "station-north",
  displayName: "城北客运枢纽",
  placeType: "TRANSPORT_HUB",
  purpose: "PUBLIC_SAFETY",
  necessity: "协助公安机关在春运高峰期间查找走失人员，维护公共安全。",
  method: "进站口固定摄像机的画面与走失人员库进行一对多比对，命中后由值班民警现场核实。",
  retentionDaysMax: 90,
  cameras: 36,
};

export const sampleInput: DossierInput = {
  atMs: sampleAtMs,
  operator: {
    name: "滨江文化广场管理有限公司",
    contact: "隐私保护专线 021-0000-0000，privacy@binjiang-plaza.example",
    unifiedSocialCreditCode: "91310101MA1EXAMP0L",
    region: "上海市",
    noticeRevision: 0,
    officers: [
      { role: "LEGAL_REPRESENTATIVE", name: "陈国栋", contact: "021-0000-0001" },
      { role: "DATA_PROTECTION_OFFICER", name: "张敏", contact: "zhang.min@plaza.example" },
      { role: "FILING_HANDLER", name: "李倩", contact: "li.qian@plaza.example" },
    ],
  },
  zones: [sampleZone, station],
  galleries: [
    { galleryId: "banned", displayName: "法院禁止入场人员", persons: 1_204, templates: 1_377 },
    { galleryId: "missing", displayName: "走失人员", persons: 98_812, templates: 131_020 },
  ],
  authorisations: [
    {
      galleryId: "banned",
      zoneId: "plaza",
      purpose: "PUBLIC_SAFETY_ADMISSION",
      authorisedAtMs: sampleAtMs - 30 * day,
    },
    {
      galleryId: "missing",
      zoneId: "station-north",
      purpose: "PUBLIC_SAFETY",
      authorisedAtMs: sampleAtMs - 20 * day,
    },
  ],
  count: { persons: 100_016, templates: 132_397, countedAtMs: sampleAtMs },
  security: {
    encryption: {
      keyProvider: "file",
      keyVersion: 3,
      cipher: "AES-256-GCM",
      perPersonKeys: true,
    },
    audit: {
      verified: true,
      verifiedAtMs: sampleAtMs - 60_000,
      records: 1_823_911,
      checkpoints: 1_781,
      headSeq: 1_823_911,
      headHash: hash,
      retentionDays: 1_096,
    },
    access: {
      tls: true,
      mutualTls: true,
      tokens: true,
      loopbackOnly: false,
      callers: [
        { role: "camera", callers: 48 },
        { role: "enroller", callers: 3 },
        { role: "compliance-officer", callers: 1 },
        { role: "administrator", callers: 2 },
      ],
    },
    incidents: [
      {
        incidentId: "2026-09-gate",
        occurredAtMs: sampleAtMs - 70 * day,
        description: "东门一台摄像机失窃；机内不存人脸信息，当日注销其口令牌。",
      },
    ],
  },
  handlingRules: {
    collection: "仅在登记的采集区域内，由登记的摄像机采集；区域入口设置显著提示标识。",
    storage: "模板以个人密钥加密存储于本地服务器，不存储图像；图像和特征比对后立即销毁。",
    use: "仅用于登记的目的；每次比对须经合规闸门放行并留存审计记录。",
    transfer: "不通过互联网对外传输，不向第三方提供；法律、行政法规另有规定的从其规定。",
    deletion: "到期、撤回同意或者请求删除的，即时停止检索并销毁密钥，出具签名的删除回执。",
    authorisation: "按角色授予最小权限；人脸库须就区域和目的逐一授权；权限每季度复核一次。",
    incidentResponse: "发现泄露、篡改、丢失的，立即停用相关区域，一小时内报告个人信息保护负责人。",
    intrusionDetection: "网络边界部署入侵防御设备，专人每日查看拒绝调用的统计和审计链校验结果。",
    documentSha256: hash,
    approver: "张敏",
    approvedAtMs: sampleAtMs - 25 * day,
  },
  minorRules: {
    storage: "不满十四周岁未成年人的模板单独以个人密钥加密保存，保存期限不超过 90 日。",
    use: "仅在取得父母或者其他监护人单独同意、并由个人信息保护负责人逐案批准后使用。",
    transfer: "不向任何第三方转移。",
    disclosure: "不公开披露；仅在法律、行政法规要求时向主管机关提供，并留存记录。",
    documentSha256: hash,
    approver: "张敏",
    approvedAtMs: sampleAtMs - 25 * day,
  },
  notices: [
    {
      noticeId: "public",
      version: 2,
      zoneIds: ["plaza", "station-north"],
      accessibleFormats: ["LARGE_PRINT", "AUDIO"],
      publishedAtMs: sampleAtMs - 24 * day,
      texts: [
        {
          language: "zh-CN",
          processor: "滨江文化广场管理有限公司，021-0000-0000。",
          purposeMethodRetention: "为维护公共安全，与特定名单进行一对多比对；模板最长保存 180 日。",
          necessityImpact: "人工核对曾两次失效；您的面部会被短暂比对，误判时由工作人员当场复核。",
          rights: "您可以查阅、复制、更正、删除您的人脸信息，撤回同意，15 个工作日内答复。",
          other: "不愿刷脸的，可以走人工通道。您有权投诉、举报。",
        },
        {
          language: "en",
          processor: "Binjiang Culture Plaza Management Co., Ltd.",
          purposeMethodRetention: "For public safety, one to many; 180 days.",
          necessityImpact: "Checks by hand failed twice.",
          rights: "Ask at the desk of each gate.",
          other: "There is a staffed lane.",
        },
      ],
    },
  ],
  assessments: [
    {
      assessmentId: "pia-2026",
      state: "APPROVED",
      zoneIds: ["plaza", "station-north"],
      trigger: "FIRST_USE",
      lawfulness: "处理目的限于维护公共安全；名单范围特定；没有影响更小的方式能够达到同等效果。",
      impact: "入场者被短暂比对；以人工复核、人工通道、不保存未匹配者信息等措施降低影响。",
      risks: "名单模板泄露可能导致身份冒用和名誉损害；风险来源为设备失窃、内部滥用和网络入侵。",
      measures:
        "每人一把密钥加密保存、删除即销毁密钥、按角色授权、全程审计留痕、仅在本地网络内传输。",
      documentSha256: hash,
      approver: "张敏",
      recordedAtMs: 0,
      approvedAtMs: sampleAtMs - 35 * day,
      validUntilMs: sampleAtMs + 700 * day,
    },
  ],
  filing: {
    state: "DUE",
    threshold: 100_000,
    reachedAtMs: sampleAtMs - 3 * day,
    clocks: [
      {
        kind: "FILING",
        startedAtMs: sampleAtMs - 3 * day,
        startDay: "2026-11-19",
        day: "2026-12-31",
        provisional: false,
        missingYears: [],
        workingDaysLeft: 29,
        overdue: false,
        stoppedAtMs: null,
        sections: [],
      },
    ],
  },
};

/** An operator's name alone: everything else is missing. */
export const emptyInput: DossierInput = {
  ...sampleInput,
  operator: {
    name: "滨江文化广场管理有限公司",
    contact: "021-0000-0000",
    unifiedSocialCreditCode: "",
    region: "",
    noticeRevision: 0,
    officers: [],
  },
  zones: [{ ...sampleZone, method: " " }],
  authorisations: [],
  security: {
    ...sampleInput.security,
    audit: { ...sampleInput.security.audit, verified: null, verifiedAtMs: null },
  },
  handlingRules: null,
  minorRules: null,
  notices: [],
  assessments: [],
};
