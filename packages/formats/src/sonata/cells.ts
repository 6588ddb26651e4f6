import { ConfigError } from "spark-snn";
import { isRecord } from "spark-snn/documents";
import type { Reporter } from "../report.ts";
import type { SonataConfig } from "./config.ts";
import type { JsonRecord, SonataFiles } from "./files.ts";
import { resolvePath } from "./files.ts";
import type { NodePopulation, Value } from "./nodes.ts";
import { type Template, type TemplateCells, templateNames, templateOf } from "./templates.ts";

/* Populations of a document from populations of nodes: one for the virtual nodes, and one for each model of cells. */

export interface CellGroup {
  /** Name of the population in the document. */
  readonly name: string;
  readonly nodes: NodePopulation;
  /** Rows of its units among the nodes, in the order of the units. */
  readonly rows: ArrayLike<number>;
  /** Undefined for virtual nodes. */
  readonly model: { readonly template: Template; readonly cells: TemplateCells } | undefined;
}

/** Where each node of a population is in the document. */
export interface Placed {
  readonly nodes: NodePopulation;
  readonly groups: readonly CellGroup[];
  /** Index of the group of each row; −1 for nodes that were left out. */
  readonly group: Int16Array;
  readonly unit: Uint32Array;
}

/** A parameter file of a model, by its name in a table of types. */
export type ParameterFiles = ReadonlyMap<string, JsonRecord>;

/** Reads the parameter files that values name. Files of other forms than JSON stay away. */
export const readParameterFiles = async (
  names: ReadonlySet<string>,
  component: string,
  config: SonataConfig,
  files: SonataFiles,
  wantedBy: string,
): Promise<ParameterFiles> => {
  const read = new Map<string, JsonRecord>();
  const folder = config.components[component] ?? "";
  for (const name of names) {
    const path = resolvePath(folder, name);
    read.set(name, await files.json(path, `${wantedBy} (dynamics_params, ${component})`));
  }
  return read;
};

const isVirtual = (value: Value): boolean => value === "virtual";

export const placeNodes = async (
  nodes: NodePopulation,
  nameOf: (name: string) => string,
  config: SonataConfig,
  files: SonataFiles,
  report: Reporter,
): Promise<Placed> => {
  const path = `nodes.${nodes.name}`;
  const modelType = nodes.attribute("model_type");
  const modelTemplate = nodes.attribute("model_template");
  const byModel = new Map<string, number[]>();
  for (let row = 0; row < nodes.count; row++) {
    const key = isVirtual(modelType(row))
      ? "virtual"
      : `${modelTemplate(row) ?? modelType(row) ?? "no model_template"}`;
    const rows = byModel.get(key);
    if (rows) rows.push(row);
    else byModel.set(key, [row]);
  }
  const group = new Int16Array(nodes.count).fill(-1);
  const unit = new Uint32Array(nodes.count);
  const groups: CellGroup[] = [];
  for (const [key, rows] of byModel) {
    const given = key === "virtual" ? undefined : await parametersOf(nodes, rows, config, files);
    const template = given && templateOf(key, given.first, nodes.parameters);
    if (key !== "virtual" && !template) {
      report.unsupported(
        path,
        `${rows.length} nodes of ${key}`,
        `They were left out, with their edges. Known models: ${templateNames.join(", ")}. Replace the model by one of them.`,
      );
      continue;
    }
    const name = nameOf(byModel.size === 1 ? nodes.name : `${nodes.name} ${key.slice(key.indexOf(":") + 1)}`);
    const model = template && { template, cells: cellsOf(template, nodes, rows, key, given, report) };
    rows.forEach((row, k) => {
      group[row] = groups.length;
      unit[row] = k;
    });
    groups.push({ name, nodes, rows, model });
    tellGroup(path, key, { name, nodes, rows, model }, report);
  }
  tellAttributes(path, nodes, report);
  return { nodes, groups, group, unit };
};

const used = ["model_type", "model_template", "dynamics_params", "node_type_id", "population"];

const tellAttributes = (path: string, nodes: NodePopulation, report: Reporter): void => {
  const columns = nodes.count > 0 ? Object.keys(nodes.typeOf(0)) : [];
  const others = [...new Set([...nodes.own, ...columns])].filter((name) => !used.includes(name));
  if (others.length > 0)
    report.faithful(path, `attributes ${others.join(", ")}`, "not imported", "They do not change the dynamics.");
};

const tellGroup = (path: string, key: string, { name, nodes, rows, model }: CellGroup, report: Reporter): void => {
  const subject = `${rows.length} nodes of ${key}`;
  const result = `population ${name}`;
  const ids =
    nodes.isNumbered && rows.length === nodes.count
      ? undefined
      : `Its units are the nodes ${nodes.ids[rows[0]!]} to ${nodes.ids[rows[rows.length - 1]!]}, in the order of the file.`;
  if (model?.template.difference !== undefined) {
    report.approximate(path, subject, `${result}: ${model.template.result}`, model.template.difference);
  } else report.faithful(path, subject, model ? `${result}: ${model.template.result}` : `${result}: SpikeReplay`, ids);
};

/** The parameter files of some nodes. */
interface GivenParameters {
  readonly fileOf: (row: number) => Value;
  readonly byFile: ParameterFiles;
  /** Those of the first node. */
  readonly first: JsonRecord;
}

const parametersOf = async (
  nodes: NodePopulation,
  rows: readonly number[],
  config: SonataConfig,
  files: SonataFiles,
): Promise<GivenParameters> => {
  const fileOf = nodes.attribute("dynamics_params");
  const names = new Set(rows.flatMap((row) => (typeof fileOf(row) === "string" ? [fileOf(row) as string] : [])));
  const byFile = await readParameterFiles(names, "point_neuron_models_dir", config, files, `nodes.${nodes.name}`);
  const first = fileOf(rows[0]!);
  return { fileOf, byFile, first: typeof first === "string" ? byFile.get(first)! : {} };
};

const cellsOf = (
  template: Template,
  nodes: NodePopulation,
  rows: readonly number[],
  key: string,
  { fileOf, byFile: parameterFiles }: GivenParameters,
  report: Reporter,
): TemplateCells => {
  const path = `nodes.${nodes.name}`;
  const known = new Set([...template.parameters, ...template.ignored]);
  const given = [...[...parameterFiles.values()].flatMap((one) => Object.keys(one)), ...nodes.parameters];
  for (const name of new Set(given.filter((one) => !known.has(one)))) {
    report.unsupported(
      `${path}.dynamics_params.${name}`,
      `parameter of ${key}`,
      `It has no counterpart and was left out. Known: ${template.parameters.join(", ")}.`,
    );
  }
  return template.cells((name, fallback) => {
    const own = nodes.parameters.includes(name) ? nodes.parameter(name) : undefined;
    return Float64Array.from(rows, (row) => {
      const file = fileOf(row);
      const value = own?.(row) ?? (typeof file === "string" ? parameterFiles.get(file)![name] : undefined) ?? fallback;
      if (typeof value === "number" && Number.isFinite(value)) return value;
      throw new ConfigError({
        path: `${path}.dynamics_params.${name}`,
        message: `must be a number; received ${isRecord(value) ? "an object" : JSON.stringify(value)} for node ${nodes.ids[row]}${typeof file === "string" ? ` in ${file}` : ""}. Correct it.`,
      });
    });
  }, rows.length);
};
