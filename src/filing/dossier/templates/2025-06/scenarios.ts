import { bounded, newBudget } from "../../bounded.js";
import { type Block, body, heading, table } from "../../paper.js";
import type { Dossier, Scenario } from "../../schema.js";
import { dayOf, names, number, orUnfilled, restOf, signature } from "./say.js";
import { placeWords, purposeWords, stateWords } from "./words.js";

/** (2) 人脸信息处理目的和处理方式: a row for each scenario. */
export function scenarioBlocks({ scenarios, stored }: Dossier): readonly Block[] {
  const galleries = new Map(stored.galleries.map((of) => [of.galleryId, of.displayName]));
  const rows = scenarios.map((scenario, place) => [
    String(place + 1),
    ...cells(scenario, galleries),
  ]);
  const list = bounded(rows, newBudget(), (row) => row);
  return [
    body(
      `应用人脸识别技术的场景共 ${number(scenarios.length)} 个。每一场景均为公共场所中经登记的人脸信息采集区域，` +
        "采集的人脸信息仅与获准的特定范围内人脸信息进行一对多比对；未匹配人员的图像和特征比对后立即销毁，不予保存。",
    ),
    heading("应用场景一览"),
    table(
      [
        ["序号", 1],
        ["应用场景（区域）", 3.6],
        ["处理目的和必要性", 6.4],
        ["处理方式", 6.4],
        ["人脸识别设备", 1.8],
        ["特定范围（人脸库）", 3],
        ["最长保存期限", 1.8],
        ["准许的专用网络", 3.6],
      ],
      list.shown,
    ),
    ...restOf(list),
    signature("", "个人信息处理者（盖章）"),
  ];
}

function cells(scenario: Scenario, galleries: ReadonlyMap<string, string>): readonly string[] {
  const { displayName, zoneId, placeType, state, validFrom, validUntil } = scenario;
  const name = displayName === "" ? zoneId : `${displayName}（${zoneId}）`;
  const { purpose, necessity, method, cameras, galleryIds, retentionDaysMax } = scenario;
  const networks = scenario.permittedNetworks;
  return [
    `${name}\n${placeWords[placeType]}；${stateWords[state]}\n${dayOf(validFrom)}至${dayOf(validUntil)}`,
    `${purposeWords[purpose]}\n${orUnfilled(necessity)}`,
    orUnfilled(method),
    `${number(cameras)} 台`,
    names(galleryIds.map((id) => galleries.get(id) || id)),
    retentionDaysMax === 0 ? orUnfilled("") : `${number(retentionDaysMax)} 日`,
    networks.length === 0 ? "仅本机" : names(networks, "\n"),
  ];
}
