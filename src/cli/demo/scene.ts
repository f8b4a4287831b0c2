/**
 * Who and what the demo is about: a made-up zone, and people with made-up names cut out of the
 * photographs that come with the development dependency @vladmandic/face-api.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ImpactAssessment } from "../../api/generated/cordon/v1/ImpactAssessment.js";
import type { Notice } from "../../api/generated/cordon/v1/Notice.js";
import type { Sign } from "../../api/generated/cordon/v1/Sign.js";

export const operator = {
  name: "Harbour Stadium Demo Ltd",
  contact: "privacy@harbour-stadium.example",
  region: "Shanghai",
};

export const zoneId = "gate-4";
export const cameraId = "cam-east";
export const galleryId = "banned-2026";
export const entranceId = "east";
export const signId = "east-1";
export const noticeId = "gate-4";
export const assessmentId = "gate-4-first-use";

const entrance = { latitude: 31.23042, longitude: 121.4738 };

export const zone = {
  zoneId,
  displayName: "Gate 4",
  placeType: "PLACE_TYPE_STADIUM_OR_VENUE",
  necessity: "People banned by a court must not enter matches; guards cannot know them all.",
  method: "Frames of one camera are compared with the templates of one gallery; none is stored.",
  retentionDaysMax: 90,
  geofenceGeojson: JSON.stringify({
    type: "Polygon",
    coordinates: [
      [
        [121.4731, 31.2301],
        [121.4745, 31.2301],
        [121.4745, 31.2309],
        [121.4731, 31.2309],
        [121.4731, 31.2301],
      ],
    ],
  }),
  entrances: [{ entranceId, displayName: "East entrance", position: entrance }],
} as const;

export const camera = {
  cameraId,
  zoneId,
  displayName: "Above the east turnstiles",
  mobile: false,
  position: { latitude: 31.2305, longitude: 121.4737 },
};

export const sign = {
  signId,
  zoneId,
  entranceId,
  position: entrance,
  photoSha256: evidence("photograph of the sign at the east entrance"),
  items: [
    "NOTICE_ITEM_PROCESSOR",
    "NOTICE_ITEM_PURPOSE_METHOD_RETENTION",
    "NOTICE_ITEM_NECESSITY_IMPACT",
    "NOTICE_ITEM_RIGHTS",
    "NOTICE_ITEM_OTHER",
  ],
} satisfies Sign;

export const notice = {
  noticeId,
  zoneIds: [zoneId],
  accessibleFormats: ["ACCESSIBLE_FORMAT_LARGE_PRINT", "ACCESSIBLE_FORMAT_AUDIO"],
  texts: [
    {
      language: "zh-CN",
      processor: `${operator.name}，联系方式：${operator.contact}`,
      purposeMethodRetention:
        "目的：维护公共安全。方式：将一台摄像机的画面与一份名单比对。保存期限：最长 90 日。",
      necessityImpact: "必要性：工作人员无法辨认所有被法院禁止入场的人员。影响：面部会被短暂比对。",
      rights: "您可以通过上述联系方式查阅、更正、删除您的人脸信息，或者撤回同意。",
      other: "无其他依法应当告知的事项。",
    },
    {
      language: "en",
      processor: `${operator.name}, ${operator.contact}`,
      purposeMethodRetention:
        "Purpose: public safety. Method: frames of one camera are compared with one list. " +
        "Kept: at most 90 days.",
      necessityImpact:
        "Necessity: guards cannot know everybody banned by a court. Impact: your face is " +
        "compared for a moment.",
      rights: "Ask at the contact above to see, correct or erase your face information.",
      other: "There is nothing else to tell.",
    },
  ],
} satisfies Notice;

export const assessment = {
  assessmentId,
  zoneIds: [zoneId],
  trigger: "ASSESSMENT_TRIGGER_FIRST_USE",
  lawfulness: "Public safety alone; only at one gate, only persons who consented to this demo.",
  impact: "A face is compared for a moment; nothing of a stranger is kept.",
  risks: "A leak of templates could let somebody be recognised elsewhere.",
  measures: "Templates are sealed with a key for each person; the data are removed at the end.",
  documentSha256: evidence("signed report of the impact assessment"),
} satisfies ImpactAssessment;

export const approver = "The demo's data protection officer";

/** The photograph that is identified. */
export const frame = "sample1.jpg";
/** The one person in it who is enrolled, from another photograph. */
export const expectedName = "Ruth Wren";
/** The others in it are strangers. */
export const strangers = 2;

/** One person to enrol: where to cut, in pixels of the photograph. */
export interface Sitter {
  readonly name: string;
  readonly photograph: string;
  readonly box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/**
 * Nobody of sample1 but the expected one. So the woman at the left of sample4 is left out: her face
 * and the middle one of sample1 have a cosine of 0.50, and they may well be the same person.
 */
export const sitters: readonly Sitter[] = [
  sitter("Cora Heron", 3, [528, 240, 368, 432]),
  sitter(expectedName, 3, [1008, 128, 368, 432]),
  sitter("Ada Finch", 3, [1424, 208, 352, 432]),
  sitter("Vera Lark", 2, [1376, 64, 368, 416]),
  sitter("June Robin", 4, [592, 16, 368, 368]),
  sitter("Esme Teal", 4, [920, 80, 336, 416]),
  sitter("Lena Swan", 4, [1224, 80, 352, 400]),
  sitter("Rosa Crane", 5, [688, 32, 336, 384]),
  sitter("Hana Kestrel", 5, [1048, 144, 336, 384]),
  sitter("Ivy Dove", 5, [1352, 288, 368, 464]),
  sitter("Mona Merlin", 5, [528, 344, 352, 416]),
  sitter("Edie Plover", 5, [304, 800, 368, 464]),
  sitter("Faye Linnet", 6, [176, 384, 400, 464]),
  sitter("Gwen Siskin", 6, [592, 240, 352, 480]),
  sitter("Nell Starling", 6, [1088, 192, 352, 480]),
  sitter("Iris Swift", 6, [1440, 160, 368, 480]),
];

function sitter(
  name: string,
  photograph: number,
  [x, y, width, height]: readonly [number, number, number, number],
): Sitter {
  return { name, photograph: `sample${photograph}.jpg`, box: { x, y, width, height } };
}

/** SHA-256 of what stands in for a document or a photograph that proves something. */
export function evidence(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The folder of the photographs.
 *
 * @throws Error when the development dependencies are not installed
 */
export function photographFolder(): string {
  const require = createRequire(import.meta.url);
  try {
    const folder = join(dirname(require.resolve("@vladmandic/face-api/package.json")), "demo");
    if (existsSync(join(folder, frame))) return folder;
  } catch {
    // The message below is clearer than Node's.
  }
  throw new Error(
    "The demo's photographs are not here: they come with a development dependency. " +
      "In a clone of the sources, run: npm run demo",
  );
}
