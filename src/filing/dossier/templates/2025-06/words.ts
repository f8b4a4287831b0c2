/** How the records' words are said in Chinese. */
import type { AccessibleFormat, AssessmentTrigger } from "../../../../store/gate-records.js";
import type { OfficerRole, PlaceType, Purpose } from "../../../../store/records.js";
import type { Enclosure, Scenario } from "../../schema.js";

/** For what is not on record. */
export const unfilled = "（未填报）";

export const officerWords: Readonly<Record<OfficerRole, string>> = {
  LEGAL_REPRESENTATIVE: "法定代表人或者负责人",
  DATA_PROTECTION_OFFICER: "个人信息保护负责人",
  FILING_HANDLER: "备案经办人",
};

export const placeWords: Readonly<Record<PlaceType, string>> = {
  STREET_OR_SQUARE: "街道、广场",
  TRANSPORT_HUB: "交通枢纽",
  STADIUM_OR_VENUE: "体育场馆、演出场所",
  SHOPPING_PLACE: "商场、超市",
  SCHOOL_GATE: "学校出入口",
  HOSPITAL_PUBLIC_AREA: "医院公共区域",
  PARK_OR_SCENIC_AREA: "公园、景区",
  PUBLIC_BUILDING_LOBBY: "公共建筑大厅",
  BORDER_OR_CHECKPOINT: "口岸、检查站",
};

export const purposeWords: Readonly<Record<Purpose, string>> = {
  PUBLIC_SAFETY: "维护公共安全：辨识特定个人",
  PUBLIC_SAFETY_ADMISSION: "维护公共安全：核验身份后准许进入",
};

export const stateWords: Readonly<Record<Scenario["state"], string>> = {
  ACTIVE: "启用",
  SUSPENDED: "暂停",
};

export const triggerWords: Readonly<Record<AssessmentTrigger, string>> = {
  FIRST_USE: "首次处理前的评估",
  CHANGE_OF_PURPOSE: "处理目的发生变化",
  CHANGE_OF_METHOD: "处理方式发生变化",
  MAJOR_INCIDENT: "发生重大安全事件",
};

export const formatWords: Readonly<Record<AccessibleFormat, string>> = {
  LARGE_PRINT: "大字版",
  AUDIO: "语音",
  BRAILLE: "盲文",
  EASY_READ: "易读版",
  SIGN_LANGUAGE: "手语",
};

const roles: Readonly<Record<string, string>> = {
  camera: "人脸识别设备",
  enroller: "入库登记人员",
  operator: "运行值守人员",
  "compliance-officer": "合规管理人员",
  inspector: "监督检查人员（只读）",
  administrator: "系统管理员",
};

export function roleWord(role: string): string {
  return Object.hasOwn(roles, role) ? `${roles[role]}（${role}）` : role;
}

const providers: Readonly<Record<string, string>> = {
  file: "本机密钥文件（仅服务账户可读）",
  transit: "独立密钥管理系统（HashiCorp Vault transit）",
};

export function providerWord(provider: string): string {
  return Object.hasOwn(providers, provider) ? `${providers[provider]}` : provider;
}

/** As the portal's instructions name them. */
export const enclosureWords: Readonly<Record<Enclosure, string>> = {
  BASICS_FORM: "个人信息处理者基本情况表",
  APPLICATION_FORM: "人脸识别技术应用情况备案表",
  ASSESSMENT_REPORT: "个人信息保护影响评估报告",
  CERTIFICATE: "统一社会信用代码证件（营业执照等）",
  LEGAL_REPRESENTATIVE_IDENTITY: "法定代表人或者负责人身份证件",
  HANDLER_IDENTITY: "经办人身份证件",
  AUTHORISATION_LETTER: "经办人授权委托书（加盖公章）",
  COMMITMENT_LETTER: "承诺书（加盖公章）",
};

/** The five materials, in the words of Art. 15. */
export const materialWords = [
  "个人信息处理者的基本情况",
  "人脸信息处理目的和处理方式",
  "人脸信息存储数量和安全保护措施",
  "人脸信息的处理规则和操作规程",
  "个人信息保护影响评估报告",
] as const;

/** `（三）`. */
export function ordinal(material: number): string {
  return `（${"一二三四五".charAt(material - 1)}）`;
}
