import { isNetwork, modelOf, partOf } from "./graph.ts";
import type { Command } from "./history.ts";
import { type JsonObject, objectAt, withAt } from "./json.ts";
import { type NodePlotKind, nodePlotsOf } from "./node-plots.ts";

/* Plots inside of nodes. */

/** Whether a node can have a plot: sources have spikes, but no trace. */
export const canPlot = (document: JsonObject, id: string, kind: NodePlotKind): boolean => {
  if (id !== "model" && !id.startsWith("populations.")) return false;
  if (id === "model" && isNetwork(document)) return false;
  const model = modelOf(partOf(document, id));
  return model !== undefined && (kind === "spikes" || model.kind !== "source");
};

/** Shows a plot in all of the nodes, or hides it if all show it. */
export const toggleNodePlot = (document: JsonObject, ids: readonly string[], kind: NodePlotKind): Command => {
  const fitting = ids.filter((id) => canPlot(document, id, kind));
  const shown = nodePlotsOf(document);
  const hides = fitting.every((id) => shown.get(id) === kind);
  const of = fitting.length === 1 ? (fitting[0]!.split(".")[1] ?? "the neurons") : `${fitting.length} nodes`;
  return {
    label: `${hides ? "Hide" : "Show"} the ${kind} of ${of}`,
    apply: (before) => {
      const plots: Record<string, string> = { ...(objectAt(before, "studio", "nodePlots") as Record<string, string>) };
      for (const id of fitting) {
        if (hides) delete plots[id];
        else plots[id] = kind;
      }
      return withAt(before, ["studio", "nodePlots"], Object.keys(plots).length === 0 ? undefined : plots);
    },
  };
};
