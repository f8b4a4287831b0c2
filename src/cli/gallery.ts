import { Command } from "commander";
import type { Gallery__Output } from "../api/generated/cordon/v1/Gallery.js";
import type { Purpose } from "../api/generated/cordon/v1/Purpose.js";
import { type ListOptions, printList } from "./listing.js";
import { instant, print, shortName } from "./output.js";
import { slug, text, word } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import type { Paint } from "./text.js";
import { purposes, typed } from "./words.js";

const NAME_CHARACTERS_MAX = 200;

/** `cordon gallery`: the specific ranges of people that a zone may search. */
export function galleryCommand(session: Session): Command {
  return new Command("gallery")
    .description("Galleries: the specific ranges of enrolled people that a zone may search.")
    .addCommand(create(session))
    .addCommand(list(session))
    .addCommand(show(session))
    .addCommand(remove(session))
    .addCommand(grant(session, "authorise", "Let a zone search a gallery."))
    .addCommand(grant(session, "revoke", "Forbid it again, from the next query on."));
}

function create(session: Session): Command {
  return remoteCommand(
    session,
    "create",
    "Make an empty gallery.",
    'cordon gallery create banned-2026 --name "Banned persons 2026"',
  )
    .argument("<gallery>", "id of the gallery", slug)
    .option("--name <text>", "display name", text(NAME_CHARACTERS_MAX))
    .action(async (galleryId: string, options: RemoteOptions & { name?: string }) => {
      await withClient(session, options, async (client) => {
        const displayName = options.name ?? galleryId;
        const { gallery } = await client.gallery.createGallery({ galleryId, displayName });
        print(session, options.json === true, gallery, (paint) => describe(gallery, paint));
      });
    });
}

function list(session: Session): Command {
  const command = remoteCommand(session, "list", "List galleries.", "cordon gallery list");
  return withLimit(command).action(async (options: ListOptions) => {
    await printList(
      session,
      options,
      "galleries",
      async (client, page) => {
        const answer = await client.gallery.listGalleries(page);
        return [answer.galleries, answer.nextPageToken];
      },
      [
        { title: "gallery", cell: (gallery) => gallery.galleryId },
        { title: "persons", cell: (gallery) => `${gallery.personCount}`, align: "right" },
        { title: "templates", cell: (gallery) => `${gallery.templateCount}`, align: "right" },
        { title: "index", cell: (gallery) => gallery.indexDriver },
        { title: "zones", cell: zonesOf },
        { title: "name", cell: (gallery) => gallery.displayName },
      ],
    );
  });
}

function show(session: Session): Command {
  return remoteCommand(session, "show", "Show a gallery.", "cordon gallery show banned-2026")
    .argument("<gallery>", "id of the gallery", slug)
    .action(async (galleryId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { gallery } = await client.gallery.getGallery({ galleryId });
        print(session, options.json === true, gallery, (paint) => describe(gallery, paint));
      });
    });
}

function remove(session: Session): Command {
  return remoteCommand(
    session,
    "delete",
    "Delete a gallery in which nobody is enrolled.",
    "cordon gallery delete banned-2026",
  )
    .argument("<gallery>", "id of the gallery", slug)
    .action(async (galleryId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        await client.gallery.deleteGallery({ galleryId });
        print(session, options.json === true, {}, () => `gallery ${galleryId} is deleted`);
      });
    });
}

interface GrantOptions extends RemoteOptions {
  readonly zone: string;
  readonly purpose?: string;
}

function grant(session: Session, name: "authorise" | "revoke", description: string): Command {
  const example = `cordon gallery ${name} banned-2026 --zone gate-4`;
  return remoteCommand(session, name, description, example)
    .argument("<gallery>", "id of the gallery", slug)
    .requiredOption("--zone <zone>", "id of the zone", slug)
    .option(
      "--purpose <purpose>",
      `${purposes.map(typed).join(", ")} (default: the zone's own)`,
      word(purposes),
    )
    .action(async (galleryId: string, options: GrantOptions) => {
      await withClient(session, options, async (client) => {
        const purpose = `PURPOSE_${options.purpose ?? "UNSPECIFIED"}` as Purpose;
        const request = { galleryId, zoneId: options.zone, purpose };
        const { gallery } = await (name === "authorise"
          ? client.gallery.authoriseGallery(request)
          : client.gallery.revokeGallery(request));
        print(session, options.json === true, gallery, (paint) => describe(gallery, paint));
      });
    });
}

function describe(gallery: Gallery__Output | null, paint: Paint): string {
  if (gallery === null) return "-";
  return facts(
    [
      ["gallery", gallery.galleryId],
      ["name", gallery.displayName],
      ["made", instant(gallery.createTime)],
      ["persons", `${gallery.personCount}`],
      ["templates", `${gallery.templateCount}`],
      ["index", gallery.indexDriver],
      ["zones", zonesOf(gallery)],
    ],
    paint,
  );
}

function zonesOf({ authorisations }: Gallery__Output): string {
  const zones = authorisations.map(({ zoneId, purpose }) => {
    const name = shortName(purpose, "PURPOSE_");
    return name === "PUBLIC_SAFETY" ? zoneId : `${zoneId} (${typed(name)})`;
  });
  return zones.join(", ") || "none";
}
