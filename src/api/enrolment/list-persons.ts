import type { Engine } from "../../usecases/engine.js";
import { listPersons } from "../../usecases/persons.js";
import type { Unary } from "../context.js";
import type { ListPersonsRequest__Output } from "../generated/cordon/v1/ListPersonsRequest.js";
import type { ListPersonsResponse } from "../generated/cordon/v1/ListPersonsResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromPerson } from "./person.js";

export function listPersonsRpc(
  engine: Engine,
): Unary<ListPersonsRequest__Output, ListPersonsResponse> {
  return async (request) => {
    const galleryId = request.galleryId === "" ? null : request.galleryId;
    const page = await listPersons(engine, galleryId, toPageRequest(request));
    return { persons: page.items.map(fromPerson), nextPageToken: page.nextPageToken };
  };
}
