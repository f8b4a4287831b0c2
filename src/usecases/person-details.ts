import type { PersonDetails, PersonRow } from "../store/person-records.js";
import { openDetails } from "../vault/sealed-details.js";
import type { Vault } from "../vault/vault.js";

/** Opens a person's sealed name and reference. The data key lives only within this call. */
export function openPersonDetails(
  vault: Vault,
  person: Pick<PersonRow, "personId" | "wrappedKey" | "sealedDetails">,
): PersonDetails {
  const key = vault.openPersonKey(person.personId, person.wrappedKey);
  try {
    return openDetails(key, person.sealedDetails);
  } finally {
    key.destroy();
  }
}
