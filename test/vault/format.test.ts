import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.js";
import { openDetails } from "../../src/vault/sealed-details.js";
import { openTemplate } from "../../src/vault/sealed-template.js";
import { makeVaultFolder } from "./folder.js";

/** Written by the first version that sealed anything, for a person "person-王". */
const old = {
  keyFile: {
    format: "cordon-key-file",
    formatVersion: 1,
    keys: [
      {
        version: 1,
        keyId: "6bc75c54be7d0966",
        key: "ByG5yXtmysa0ctw84bbhuGLIbWyhfnjfRWDmTBCNkLA=",
      },
    ],
    checksum: "64eb53c1d70e07ad6524cbd60ae073792e21cdb4bb6854730a54d8d399adc29c",
  },
  wrapped:
    "AQAAAAFrx1xUvn0JZjK8Vtex27p1HF4OD90o6kUPw0Q7HS16mJkYISamolv8QvcdgHaK66jWZ/umiWXjwds8bzQbReH3nw2rLA==",
  template: "AQHKJl5tTBDea+0jKROsw2zDnDgJJxVjmlqj3TL/tofMG6Z9CTs=",
  details:
    "AQHHWgSQDS3mK9tZJE3EB/2WAKRny1lNtme9BYcINnZF1fa0j6FNeIjwZdHCJgkcOSjnKg4oeIKvxmEVuQ2PPfTZKdJL/iHHszRvIZ5e8X6qCMyvU0ttK8Q4rKl76hpDIXbqgqu591sljBW2pc5PtMgtOLdzu7amnwJ8rkqar+6Lg/bXYz+3DrutFMs+2JrQe6n6UJiWliEdUUMOLj4hdX8t+9C4/vwab4wvsfSk6zYyalf4oinZAoFyBX2Wbc13bTjHhjrrAgfs5/wxOiKwBLfk+hoa9m1r1xSHcJYX7AQpdzYzpOMp8LyNgVtCfl3vf73sCn7z9hQTL9cu0RpaK83273CwVUjml9jPgg9/8Op2EEOMnI+q6dJ1C5YD5Q==",
};

test("what the first version sealed still opens, and its keys can be rotated", async () => {
  const folder = await makeVaultFolder();
  try {
    await writeFile(folder.keyFile, JSON.stringify(old.keyFile), { mode: 0o600 });
    const options = { ...folder.options, createIfAbsent: false, createSignerIfAbsent: true };
    const vault = await openVault(options);
    await vault.rotate();
    const before = Buffer.from(old.wrapped, "base64");
    const { wrapped, keyVersion } = vault.rewrapPersonKey("person-王", before);
    expect(keyVersion).toBe(2);
    await vault.retire();
    const key = vault.openPersonKey("person-王", wrapped);
    const template = { templateId: "t-1", modelPack: "pack@1" };
    const vector = openTemplate(key, template, Buffer.from(old.template, "base64"));
    expect(vector).toEqual(Float32Array.of(0.6, 0.8));
    expect(openDetails(key, Buffer.from(old.details, "base64"))).toEqual({
      displayName: "王小明",
      externalReference: "42",
      birthDate: "2001-02-03",
      ageBand: "ADULT",
      requestDigest: "",
    });
  } finally {
    await folder.remove();
  }
});
