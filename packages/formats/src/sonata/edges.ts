import { FileError } from "spark-snn";
import { Column, UnitList } from "../data.ts";
import type { Hdf5Dataset, Hdf5Group } from "../hdf5/objects.ts";
import type { Reporter } from "../report.ts";
import type { CellGroup, ParameterFiles, Placed } from "./cells.ts";
import { lengthOf, typesById } from "./nodes.ts";
import type { Row } from "./table.ts";

/*
 * Edges as projections: one for each type of edges between two populations of the document, and for each receptor. Blocks
 * of edges are read one after the other, so that only the lists of the document grow.
 */

/** Edges that are read at once. */
const BLOCK = 2 ** 18;
/** Largest number of edges of a population. Files can declare any number. */
export const MOST_EDGES = 2 ** 28;

export interface EdgeProjection {
  /** Population of edges, with the type if there are several. */
  readonly label: string;
  readonly source: CellGroup;
  readonly target: CellGroup;
  readonly receptor: string;
  readonly sources: UnitList;
  readonly targets: UnitList;
  readonly weights: Column;
  /** ms */
  readonly delays: Column;
}

export interface EdgeContext {
  readonly path: string;
  readonly types: readonly Row[];
  readonly parameterFiles: ParameterFiles;
  readonly populations: ReadonlyMap<string, Placed>;
  readonly report: Reporter;
  /** Time step, ms. */
  readonly dt: number;
}

/** The projections of a file of edges. */
export const readEdges = (root: Hdf5Group, context: EdgeContext): readonly EdgeProjection[] => {
  const edges = root.group("edges");
  return edges.names().flatMap((name) => projectionsOf(edges.group(name), name, context));
};

/** Weight functions of BMTK that give syn_weight. */
const plainWeights = ["wmax", "set_syn_weight", "default_weight_fnc"];

/** What a type gives to its edges. */
interface EdgeType {
  readonly id: number;
  readonly weight: number | undefined;
  readonly delay: number | undefined;
  readonly synapses: number;
  readonly sign: number;
  /** Number or name of the receptor. */
  readonly port: number | string | undefined;
  readonly model: string;
  /** Where edges go, by source group, target group and sign of the weight. */
  readonly slots: (Slot | undefined)[];
}

interface Slot {
  readonly projection: EdgeProjection;
  /** −1 if the weights act with the other sign. */
  readonly factor: number;
}

/** Attributes of the edges of a group. */
interface EdgeGroup {
  readonly weight: ArrayLike<number> | undefined;
  readonly delay: ArrayLike<number> | undefined;
  readonly synapses: ArrayLike<number> | undefined;
  readonly port: ArrayLike<number> | undefined;
}

const endOf = (dataset: Hdf5Dataset, { populations, path }: EdgeContext): Placed => {
  const name = dataset.attribute("node_population");
  const found = typeof name === "string" ? populations.get(name) : undefined;
  if (found) return found;
  throw new FileError(
    `${path}: ${dataset.path} has the node_population ${JSON.stringify(name)}, which is not among the nodes: ${[...populations.keys()].join(", ")}. Add its file of nodes to the configuration.`,
  );
};

const projectionsOf = (group: Hdf5Group, name: string, context: EdgeContext): readonly EdgeProjection[] => {
  const { path, report, dt } = context;
  const sourceIds = group.dataset("source_node_id");
  const targetIds = group.dataset("target_node_id");
  const typeIds = group.dataset("edge_type_id");
  const count = lengthOf(sourceIds, path, MOST_EDGES);
  for (const one of [targetIds, typeIds]) {
    if (one.length !== count) {
      throw new FileError(`${path}: ${one.path} has ${one.length} values; expected ${count}, one for each edge.`);
    }
  }
  const source = endOf(sourceIds, context);
  const target = endOf(targetIds, context);
  const types = typeReader(name, context);
  const groups = groupReader(group, count, context);
  const left = { source: 0, target: 0, late: 0, lowest: Number.POSITIVE_INFINITY };
  const found: EdgeProjection[] = [];
  for (let start = 0; start < count; start += BLOCK) {
    const slice = [[start, Math.min(start + BLOCK, count)]] as const;
    const from = sourceIds.numbers(slice);
    const to = targetIds.numbers(slice);
    const typed = typeIds.numbers(slice);
    const members = groups.block(slice);
    for (let k = 0; k < from.length; k++) {
      const edge = start + k;
      const sourceRow = source.nodes.rowOf(from[k]!);
      const targetRow = target.nodes.rowOf(to[k]!);
      if (sourceRow < 0 || targetRow < 0) {
        const [key, id, of] =
          sourceRow < 0 ? ["source_node_id", from[k], source.nodes] : ["target_node_id", to[k], target.nodes];
        throw new FileError(
          `${path}: edge ${edge} of ${name} has the ${key} ${id}, but ${of.name} has no such node. The file is damaged, or belongs to other nodes.`,
        );
      }
      const sourceGroup = source.group[sourceRow]!;
      const targetGroup = target.group[targetRow]!;
      if (sourceGroup < 0) {
        left.source++;
        continue;
      }
      const model = targetGroup < 0 ? undefined : target.groups[targetGroup]!.model;
      if (!model) {
        left.target++;
        continue;
      }
      const type = types.of(typed[k]!, edge);
      const at = members.seek(k, edge);
      const own = members.group;
      const base = own?.weight?.[at] ?? type.weight;
      if (base === undefined) {
        throw new FileError(
          `${path}: edge ${edge} of ${name} has no syn_weight, in its group and in its type ${type.id}. Add the column to the table of types.`,
        );
      }
      const weight = base * (own?.synapses?.[at] ?? type.synapses) * (model.template.hasSign ? type.sign : 1);
      let delay = own?.delay?.[at] ?? type.delay ?? model.template.delay;
      if (delay === undefined) {
        throw new FileError(`${path}: edge ${edge} of ${name} has no delay. Add the column to the table of types.`);
      }
      if (delay < dt) {
        left.late++;
        left.lowest = Math.min(left.lowest, delay);
        delay = dt;
      }
      const key = ((sourceGroup * target.groups.length + targetGroup) << 1) | (weight < 0 ? 1 : 0);
      let slot = own?.port === undefined ? type.slots[key] : undefined;
      if (!slot) {
        const port = own?.port?.[at] ?? type.port;
        slot = slotOf(source.groups[sourceGroup]!, target.groups[targetGroup]!, { type, weight, port }, found);
        if (!slot) {
          throw new FileError(
            `${path}: edge ${edge} of ${name} has the receptor ${port ?? "without a name"}, which its target does not have. Correct it.`,
          );
        }
        if (own?.port === undefined) type.slots[key] = slot;
      }
      const { projection, factor } = slot;
      projection.sources.push(source.unit[sourceRow]!);
      projection.targets.push(target.unit[targetRow]!);
      projection.weights.push(factor * weight);
      projection.delays.push(delay);
    }
  }
  tellLeft(`edges.${name}`, left, dt, report);
  return found;
};

interface Arriving {
  readonly type: EdgeType;
  readonly weight: number;
  readonly port: number | string | undefined;
}

/** The projection of an edge, which is made for its first edge; undefined if the target has no such receptor. */
const slotOf = (
  source: CellGroup,
  target: CellGroup,
  { type, weight, port }: Arriving,
  found: EdgeProjection[],
): Slot | undefined => {
  const { template, cells } = target.model!;
  const aimed = template.aim(weight, port, cells);
  if (!aimed) return undefined;
  const { receptor } = aimed;
  const factor = aimed.weight === weight ? 1 : -1;
  const known = found.find(
    (one) => one.label === type.model && one.source === source && one.target === target && one.receptor === receptor,
  );
  if (known) return { projection: known, factor };
  const projection = {
    ...{ label: type.model, source, target, receptor },
    sources: new UnitList(source.rows.length),
    targets: new UnitList(target.rows.length),
    weights: new Column(),
    delays: new Column(),
  };
  found.push(projection);
  return { projection, factor };
};

const tellLeft = (
  path: string,
  left: { readonly source: number; readonly target: number; readonly late: number; readonly lowest: number },
  dt: number,
  report: Reporter,
): void => {
  if (left.source > 0)
    report.unsupported(
      path,
      `${left.source} edges`,
      "Their source nodes were left out. Change the model of the nodes.",
    );
  if (left.target > 0)
    report.unsupported(
      path,
      `${left.target} edges`,
      "Their target nodes were left out, or are virtual. Change the model of the nodes.",
    );
  if (left.late > 0)
    report.approximate(
      path,
      `${left.late} delays below one step, from ${left.lowest} ms`,
      `${dt} ms`,
      `They became one step: spikes arrive up to ${Number((dt - left.lowest).toPrecision(6))} ms later. Use a shorter dt.`,
    );
};

/** The types of the edges of a population, each read when its first edge is met. */
const typeReader = (
  name: string,
  { types, path, parameterFiles, report }: EdgeContext,
): { readonly of: (id: number, edge: number) => EdgeType } => {
  const rows = typesById(types, "edge_type_id", name, path);
  const known = new Map<number, EdgeType>();
  let last: EdgeType | undefined;
  const numberIn = (row: Row, key: string): number | undefined => {
    if (row[key] === undefined) return undefined;
    const value = Number(row[key]);
    if (Number.isFinite(value)) return value;
    throw new FileError(`The table of types of ${path} has the ${key} "${row[key]}". Give a number.`);
  };
  const make = (id: number, edge: number): EdgeType => {
    const row = rows.get(id);
    if (!row && types.length > 0) {
      throw new FileError(
        `${path}: edge ${edge} of ${name} has the edge_type_id ${id}, which the table of types does not contain. Add it.`,
      );
    }
    const own = row ?? {};
    const parameters = own["dynamics_params"] === undefined ? {} : parameterFiles.get(own["dynamics_params"])!;
    const label = rows.size > 1 ? `${name} ${id}` : name;
    tellType(`edges.${name}.${id}`, own, parameters, report);
    const port = parameters["receptor_type"] ?? parameters["receptor"];
    const sign = parameters["sign"];
    const delay = parameters["delay"];
    return {
      id,
      weight: numberIn(own, "syn_weight"),
      delay: numberIn(own, "delay") ?? (typeof delay === "number" ? delay : undefined),
      synapses: numberIn(own, "nsyns") ?? 1,
      sign: typeof sign === "number" ? sign : 1,
      port: typeof port === "number" || typeof port === "string" ? port : undefined,
      model: label,
      slots: [],
    };
  };
  return {
    of(id, edge) {
      if (last?.id === id) return last;
      const found = known.get(id) ?? make(id, edge);
      known.set(id, found);
      last = found;
      return found;
    },
  };
};

const understood = ["receptor_type", "receptor", "sign", "delay", "level_of_detail", "type"];

const tellType = (path: string, row: Row, parameters: Readonly<Record<string, unknown>>, report: Reporter): void => {
  const model = (row["model_template"] ?? "static_synapse").replace(/^nest:/, "");
  const weights = row["weight_function"];
  const unknown = Object.keys(parameters).filter((key) => !understood.includes(key));
  if (model !== "static_synapse") {
    report.approximate(path, model, "static synapses", "Weights are constant here. Add a rule to the projection.");
  } else if (weights !== undefined && !plainWeights.includes(weights)) {
    report.approximate(
      path,
      `weight_function ${weights}`,
      "syn_weight · nsyns",
      "The function is a program that the files do not contain. Correct the weights in the document.",
    );
  } else if (unknown.length === 0) report.faithful(path, model, "static synapses");
  for (const key of unknown) {
    report.unsupported(`${path}.dynamics_params.${key}`, model, "The parameter has no counterpart and was left out.");
  }
};

type Slice = readonly (readonly [number, number])[];

/** The attributes of the edges of a block. Edges are many, so seeking one makes no object. */
interface Members {
  /** Group of the edge that was sought last; undefined if it has no attributes of its own. */
  readonly group: EdgeGroup | undefined;
  /** Goes to an edge, and returns its position in its group. */
  seek(k: number, edge: number): number;
}

const groupReader = (
  population: Hdf5Group,
  count: number,
  { path, report }: EdgeContext,
): { readonly block: (slice: Slice) => Members } => {
  const groups = new Map<number, EdgeGroup>();
  for (const name of population.names().filter((one) => /^\d+$/.test(one))) {
    const found = population.get(name);
    if (found?.kind !== "group") continue;
    const column = (key: string): ArrayLike<number> | undefined => {
      const dataset = found.get(key);
      return dataset?.kind === "dataset" ? dataset.numbers() : undefined;
    };
    groups.set(Number(name), {
      weight: column("syn_weight"),
      delay: column("delay"),
      synapses: column("nsyns"),
      port: column("dynamics_params/receptor_type"),
    });
    const parameters = found.get("dynamics_params");
    const names = parameters?.kind === "group" ? parameters.names() : [];
    for (const name of names.filter((one) => one !== "receptor_type")) {
      report.unsupported(
        `edges.${population.path}.dynamics_params.${name}`,
        "parameter of single edges",
        "The parameter has no counterpart and was left out.",
      );
    }
  }
  const dataset = (key: string): Hdf5Dataset | undefined => {
    const found = population.get(key);
    if (found?.kind !== "dataset") return undefined;
    if (found.length !== count) {
      throw new FileError(`${path}: ${found.path} has ${found.length} values; expected ${count}, one for each edge.`);
    }
    return found;
  };
  const ids = dataset("edge_group_id");
  const indices = dataset("edge_group_index");
  const lengths = new Map(
    [...groups].map(([id, group]) => {
      const columns = [group.weight, group.delay, group.synapses, group.port].filter((one) => one !== undefined);
      return [id, Math.min(...columns.map(({ length }) => length))] as const;
    }),
  );
  return {
    block(slice) {
      const groupIds = ids?.numbers(slice);
      const groupIndex = indices?.numbers(slice);
      let lastId = -1;
      let last: EdgeGroup | undefined;
      let length = 0;
      return {
        get group() {
          return last;
        },
        seek(k, edge) {
          const id = groupIds ? groupIds[k]! : 0;
          if (id !== lastId) {
            lastId = id;
            last = groups.get(id);
            length = lengths.get(id) ?? Number.POSITIVE_INFINITY;
          }
          const at = groupIndex ? groupIndex[k]! : edge;
          if (at < length) return at;
          throw new FileError(
            `${path}: edge_group_index ${at} of edge ${edge} is beyond the ${length} values of group ${id} of ${population.path}. The file is damaged.`,
          );
        },
      };
    },
  };
};
