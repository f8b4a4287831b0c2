import type { FactsWriter } from "../../src/compliance/facts.js";
import type { PlaceType } from "../../src/store/records.js";
import { DAY_MS, NOW, outside, plaza, putTold, signAt } from "./world.js";
import type { Wrong } from "./wrong.js";

export const wrongZones: readonly Wrong[] = [
  {
    when: "the zone is a draft",
    reason: "ZONE_NOT_REGISTERED",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, state: "DRAFT" }),
  },
  {
    when: "there is no such zone",
    reason: "ZONE_NOT_REGISTERED",
    subject: "zone/plaza",
    change: (facts) => facts.deleteZone("plaza"),
  },
  ...(["REGISTERED", "SUSPENDED", "CLOSED"] as const).map((state) => ({
    when: `the zone is ${state}`,
    reason: "ZONE_NOT_ACTIVE" as const,
    subject: "zone/plaza",
    change: (facts: FactsWriter) => facts.putZone({ ...plaza, state }),
  })),
  {
    when: "the zone's validity has ended",
    reason: "ZONE_EXPIRED",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, validUntilMs: NOW }),
  },
  {
    when: "the zone is not valid yet",
    reason: "ZONE_EXPIRED",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, validFromMs: NOW + 1 }),
  },
  {
    when: "necessity is blank",
    reason: "ZONE_PURPOSE_MISSING",
    subject: "zone/plaza",
    change: (facts) => putTold(facts, { ...plaza, necessity: " \n\t" }),
  },
  {
    when: "the stored place type is not a public place",
    reason: "ZONE_PURPOSE_MISSING",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, placeType: "HOTEL_ROOM" as PlaceType }),
  },
  {
    when: "the gallery is not authorised",
    reason: "GALLERY_NOT_AUTHORISED",
    subject: "gallery/wanted",
    change: (facts) => facts.deleteAuthorisation("wanted", "plaza", "PUBLIC_SAFETY"),
  },
  {
    when: "another gallery is asked for",
    reason: "GALLERY_NOT_AUTHORISED",
    subject: "gallery/staff",
    asked: { galleryId: "staff" },
  },
  {
    when: "the filing is overdue and that blocks all",
    reason: "FILING_OVERDUE",
    subject: "filing",
    change: (facts) => facts.setFiling({ overdue: true, policy: "block-all" }),
  },
];

export const wrongSigns: readonly Wrong[] = [
  {
    when: "an entrance has no sign",
    reason: "SIGNAGE_MISSING",
    subject: "zone/plaza/entrance/east",
    change: (facts) => facts.deleteSign("plaza", "sign-east"),
  },
  {
    when: "an entrance's only sign is not up yet",
    reason: "SIGNAGE_MISSING",
    subject: "zone/plaza/entrance/east",
    change: (facts) => facts.putSign({ ...signAt("east"), installedAtMs: NOW + 1 }),
  },
  {
    when: "an entrance's only sign stands far from the zone",
    reason: "SIGNAGE_MISSING",
    subject: "zone/plaza/sign/sign-east",
    change: (facts) => facts.putSign({ ...signAt("east"), position: outside }),
  },
  {
    when: "the zone names no entrance",
    reason: "SIGNAGE_MISSING",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, entrances: [] }),
  },
  {
    when: "a sign was last inspected an interval ago",
    reason: "SIGNAGE_STALE",
    subject: "zone/plaza/sign/sign-east",
    change: (facts) => facts.putSign({ ...signAt("east"), inspectedAtMs: NOW - 90 * DAY_MS }),
  },
  {
    when: "a sign's inspection is no instant",
    reason: "SIGNAGE_STALE",
    subject: "zone/plaza/sign/sign-east",
    change: (facts) => facts.putSign({ ...signAt("east"), inspectedAtMs: NaN }),
  },
  {
    when: "a sign has no photograph",
    reason: "SIGNAGE_INCOMPLETE",
    subject: "zone/plaza/sign/sign-east",
    change: (facts) => facts.putSign({ ...signAt("east"), photoSha256: "" }),
  },
  ...signAt("east").items.map((item) => ({
    when: `a sign does not carry ${item}`,
    reason: "SIGNAGE_INCOMPLETE" as const,
    subject: "zone/plaza/sign/sign-east",
    change: (facts: FactsWriter) => {
      const sign = signAt("east");
      facts.putSign({ ...sign, items: sign.items.filter((other) => other !== item) });
    },
  })),
];
