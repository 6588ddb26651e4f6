import type { Reporter } from "../report.ts";
import type { Placed } from "./cells.ts";
import type { SonataConfig } from "./config.ts";
import { nodesOfSet } from "./node-sets.ts";

/* Records of a document: the spikes of all cells, and the reports of the configuration. */

type Part = Readonly<Record<string, unknown>>;

const potentials = ["V_m", "v"];

/** The records of the document, by population. */
export const readRecords = (
  config: SonataConfig,
  placed: ReadonlyMap<string, Placed>,
  dt: number,
  report: Reporter,
): Record<string, Part> => {
  const records: Record<string, Record<string, unknown>> = {};
  for (const { groups } of placed.values()) {
    for (const { name, model } of groups) if (model) records[name] = { outSpikes: true };
  }
  const populations = [...placed.values()].map(({ nodes }) => nodes);
  for (const [key, value] of Object.entries(config.reports)) {
    const path = `reports.${key}`;
    if (value["enabled"] === false) continue;
    const variables = [value["variable_name"]].flat();
    if (!variables.every((one) => potentials.includes(`${one}`))) {
      report.unsupported(path, `report of ${variables.join(", ")}`, "Only potentials are known. Add a record.");
      continue;
    }
    const number = (name: string): number | undefined => {
      const found = value[name];
      return typeof found === "number" && Number.isFinite(found) ? found : undefined;
    };
    const every = Math.max(1, Math.round((number("dt") ?? dt) / dt));
    const from = number("start_time");
    const to = number("end_time");
    const options = {
      ...(every > 1 && { every }),
      ...(from !== undefined && from > 0 && { from }),
      ...(to !== undefined && { to }),
    };
    for (const [nodes, rows] of nodesOfSet(value["cells"] ?? "all", config.nodeSets, populations, path)) {
      const { groups, group, unit } = placed.get(nodes.name)!;
      groups.forEach(({ name, model, rows: own }, index) => {
        const units = rows.filter((row) => group[row] === index).map((row) => unit[row]!);
        if (!model || units.length === 0) return;
        if (records[name]!["potential"] !== undefined) {
          report.unsupported(path, `report of ${name}`, "Its potential is recorded already. Combine the reports.");
          return;
        }
        records[name]!["potential"] =
          units.length === own.length && Object.keys(options).length === 0
            ? true
            : { ...(units.length < own.length && { units }), ...options };
        report.faithful(path, `report of ${units.length} nodes`, `record.${name}.potential`);
      });
    }
  }
  return records;
};
