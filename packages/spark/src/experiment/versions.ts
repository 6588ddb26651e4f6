import { custom, optional } from "../config/options.ts";
import { Site } from "../config/place.ts";
import { describe } from "../config/shape.ts";
import { ConfigError } from "../errors/errors.ts";
import type { Given } from "./document.ts";
import { DOCUMENT } from "./place.ts";

/*
 * Versions of the form of documents. A change of the form that would give an old document another meaning adds a step
 * here, with a test that shows a document before and after it.
 */

/** Changes a document of one version into the next version. It does not modify the document. */
export type Migration = (document: Given) => Given;

/** The steps of experiment documents: the first makes version 2 from version 1. */
export const migrations: readonly Migration[] = [];

/** The newest version, which the library writes. */
export const newestVersion = (steps: readonly Migration[]): number => steps.length + 1;

const ABOUT = "Version of the form of this document. Default: 1, the first version.";

/** The version of the experiment documents that the library writes. */
export const experimentVersion: number = newestVersion(migrations);

/** The option `version` of documents with these steps. */
export const versionOption = (steps: readonly Migration[]) =>
  optional(
    custom<number>({
      about: ABOUT,
      takes: "a whole number of at least 1",
      remedy: "Omit it for 1.",
      schema: { description: ABOUT, type: "integer", minimum: 1, maximum: newestVersion(steps) },
      read: (value, site) => {
        const newest = newestVersion(steps);
        if (!Number.isInteger(value) || (value as number) < 1) {
          return site.refuse(`must be a whole number of at least 1; received ${describe(value)}. Omit it for 1.`);
        }
        if ((value as number) <= newest) return value as number;
        const remedy = "Update the library, or save the document with the older one.";
        return site.refuse(
          `is newer than this library, which reads up to version ${newest}; received ${value}. ${remedy}`,
        );
      },
    }),
  );

/**
 * The document in the newest version, through all steps from its own version. A document that needs none is returned as
 * it is. Returns undefined, with an issue, for a version that the library does not know.
 */
export const migrated = (document: Given, steps: readonly Migration[], site: Site): Given | undefined => {
  const { version = 1 } = document;
  const read = versionOption(steps).read(version, site.at("version"));
  if (read === undefined) return undefined;
  if (read === newestVersion(steps)) return document;
  const changed = steps.slice(read - 1).reduce((before, step) => step(before), document);
  return { ...changed, version: newestVersion(steps) };
};

/** An experiment document in the newest version. @throws ConfigError for a version that the library does not know */
export const currentDocument = <D extends object>(document: D): D => {
  const site = new Site(DOCUMENT, [], undefined);
  const current = migrated(document as unknown as Given, migrations, site);
  if (!current) throw new ConfigError(site.issues);
  return current as D;
};
