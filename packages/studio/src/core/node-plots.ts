import { type JsonObject, objectAt } from "./json.ts";

/* The plots inside of nodes, which the document keeps under `studio.nodePlots`. */

export const nodePlotKinds = ["spikes", "trace"] as const;
export type NodePlotKind = (typeof nodePlotKinds)[number];

const isKind = (value: unknown): value is NodePlotKind => nodePlotKinds.includes(value as NodePlotKind);

/** Plots by the identity of their node. */
export const nodePlotsOf = (document: JsonObject): ReadonlyMap<string, NodePlotKind> =>
  new Map(
    Object.entries(objectAt(document, "studio", "nodePlots")).flatMap(([id, kind]) =>
      isKind(kind) ? [[id, kind] as const] : [],
    ),
  );
