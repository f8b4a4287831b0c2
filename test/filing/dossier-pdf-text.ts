/** Reads the text of a PDF as a viewer copies it: by the fonts' ToUnicode maps (ISO 32000, 9.10.3). */
import { inflateSync } from "node:zlib";

export interface PdfText {
  /** Text of each page, in the order in which it was drawn; pieces are parted by line ends. */
  readonly pages: readonly string[];
  /** Names of the embedded fonts, of which each is a subset. */
  readonly fonts: readonly string[];
}

export function readPdf(bytes: Uint8Array): PdfText {
  const objects = objectsOf(Buffer.from(bytes).toString("latin1"));
  const dictionaries = [...objects.values()].map(({ dictionary }) => dictionary);
  const pages = dictionaries.filter((of) => /\/Type \/Page\b(?!s)/u.test(of));
  return {
    pages: pages.map((page) => textOf(page, objects)),
    fonts: dictionaries.flatMap((of) => {
      const name = /\/FontName \/([^\s/]+)/u.exec(of)?.[1];
      return name !== undefined && /\/FontFile3? \d/u.test(of) ? [name] : [];
    }),
  };
}

interface PdfObject {
  readonly dictionary: string;
  readonly stream: string;
}
type Objects = ReadonlyMap<string, PdfObject>;

function objectsOf(pdf: string): Objects {
  const objects = new Map<string, PdfObject>();
  for (const [, id = "", body = ""] of pdf.matchAll(/(\d+) 0 obj\n(.*?)\nendobj/gsu)) {
    const [dictionary = "", ...rest] = body.split(/(?<=>>)\nstream\n/u);
    const stream = rest.join("").replace(/\nendstream$/u, "");
    const inflated = /\/FlateDecode/u.test(dictionary)
      ? inflateSync(Buffer.from(stream, "latin1")).toString("latin1")
      : stream;
    objects.set(id, { dictionary, stream: inflated });
  }
  return objects;
}

function textOf(page: string, objects: Objects): string {
  const resources = target(page, "Resources", objects)?.dictionary ?? "";
  const maps = new Map<string, ReadonlyMap<string, string>>();
  for (const [, name = "", id = ""] of resources.matchAll(/\/(F\d+) (\d+) 0 R/gu)) {
    const unicode = target(objects.get(id)?.dictionary ?? "", "ToUnicode", objects);
    maps.set(name, mapOf(unicode?.stream ?? ""));
  }
  const pieces: string[] = [];
  let map: ReadonlyMap<string, string> | undefined;
  const content = target(page, "Contents", objects)?.stream ?? "";
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/gu)) {
    if (font !== undefined) map = maps.get(font);
    else pieces.push(decoded(shown ?? "", map));
  }
  return pieces.join("\n");
}

function target(dictionary: string, key: string, objects: Objects): PdfObject | undefined {
  const id = new RegExp(`/${key} (\\d+) 0 R`, "u").exec(dictionary)?.[1];
  return id === undefined ? undefined : objects.get(id);
}

/** Codes of two bytes to text. */
function mapOf(cmap: string): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [, first = "", list = ""] of cmap.matchAll(
    /<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/giu,
  )) {
    const start = Number.parseInt(first, 16);
    for (const [at, [, hex = ""]] of [...list.matchAll(/<([0-9a-f ]*)>/giu)].entries()) {
      const utf16 = Buffer.from(hex.replaceAll(" ", ""), "hex").swap16().toString("utf16le");
      map.set((start + at).toString(16).padStart(4, "0"), utf16);
    }
  }
  return map;
}

function decoded(shown: string, map: ReadonlyMap<string, string> | undefined): string {
  const codes = [...shown.matchAll(/<([0-9a-f]*)>/giu)].flatMap(
    ([, hex = ""]) => hex.match(/.{4}/gu) ?? [],
  );
  return codes.map((code) => map?.get(code.toLowerCase()) ?? "\ufffd").join("");
}
