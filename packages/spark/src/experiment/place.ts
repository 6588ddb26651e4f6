import { Place } from "../config/place.ts";

/** Path of a document. */
export const DOCUMENT = new Place(["experiment"], "document");

/** Path of the model in a document. */
export const MODEL = DOCUMENT.at("model");
