import { Place } from "../config/place.ts";

/** The whole of a document. */
export const DOCUMENT = new Place(["experiment"], "document");

/** Where the model stands in a document. */
export const MODEL = DOCUMENT.at("model");
