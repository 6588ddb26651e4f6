import { FileError } from "spark-snn";
import type { DataFiles } from "../data.ts";
import { withHdf5 } from "../hdf5/read.ts";
import type { Reporter } from "../report.ts";
import type { CellGroup, Placed } from "./cells.ts";
import type { SonataConfig } from "./config.ts";
import { closeStore, type JsonRecord, type SonataFiles } from "./files.ts";
import { type NodeSet, nodesOfSet } from "./node-sets.ts";
import { readSpikes, type SonataSpikes, spikesOfTable } from "./spikes.ts";

/* Inputs of a simulation: spikes of virtual nodes, and clamped currents. */

type Part = Readonly<Record<string, unknown>>;

export interface InputContext {
  readonly config: SonataConfig;
  readonly files: SonataFiles;
  readonly placed: ReadonlyMap<string, Placed>;
  readonly data: DataFiles;
  readonly report: Reporter;
  /** ms */
  readonly dt: number;
  readonly duration: number;
}

interface Collected {
  /** Times and units of the spikes of virtual nodes. */
  readonly spikes: Map<CellGroup, { readonly times: number[]; readonly units: number[] }>;
  readonly currents: Map<CellGroup, unknown[]>;
}

/** The inputs of the document, by population and port. */
export const readInputs = async (context: InputContext): Promise<Record<string, Part>> => {
  const { config, placed, report } = context;
  const collected: Collected = { spikes: new Map(), currents: new Map() };
  for (const { groups } of placed.values()) {
    for (const group of groups) {
      if (group.model) collected.currents.set(group, constantOf(group));
      else collected.spikes.set(group, { times: [], units: [] });
    }
  }
  const populations = [...placed.values()].map(({ nodes }) => nodes);
  for (const [name, input] of Object.entries(config.inputs)) {
    const path = `inputs.${name}`;
    if (input["enabled"] === false) continue;
    const set = (): NodeSet => nodesOfSet(input["node_set"] ?? "all", config.nodeSets, populations, path);
    const module = `${input["module"]}`;
    const kind = `${input["input_type"]}`;
    if (kind === "spikes" && ["h5", "hdf5", "sonata", "csv"].includes(module)) {
      await addSpikes(path, input, set(), context, collected);
    } else if (kind === "current_clamp" && module === "IClamp") addClamp(path, input, set(), context, collected);
    else if (kind === "current_clamp" && module === "spark_currents") {
      await addCurrents(path, input, context, collected);
    } else {
      report.unsupported(
        path,
        `${kind} of module ${module}`,
        "Known: spikes of the modules h5, sonata and csv, and current_clamp of the module IClamp. Add the input to the document.",
      );
    }
  }
  return Object.fromEntries([...spikeInputs(collected, context), ...currentInputs(collected)]);
};

const constantOf = ({ model }: CellGroup): unknown[] => {
  const current = model?.cells.current;
  if (!current || current.every((value) => value === 0)) return [];
  return [current.every((value) => value === current[0]) ? current[0] : Array.from(current)];
};

const addSpikes = async (
  path: string,
  input: JsonRecord,
  set: NodeSet,
  { files, placed, report }: InputContext,
  { spikes }: Collected,
): Promise<void> => {
  const file = input["input_file"];
  if (typeof file !== "string") throw new FileError(`${path} has no input_file. Give its path.`);
  const read = await spikesOf(file, `${input["module"]}`, path, files);
  let left = 0;
  let count = 0;
  for (const one of read) {
    const targets = [...set].filter(([{ name }]) => one.population === undefined || name === one.population);
    if (one.population === undefined && targets.length > 1) {
      throw new FileError(
        `${path}: ${file} has no populations, but the node set has nodes of ${targets.map(([{ name }]) => name).join(", ")}. Name a set of one population.`,
      );
    }
    const [first] = targets;
    if (!first) {
      left += one.times.length;
      continue;
    }
    const [nodes, rows] = first;
    const place = placed.get(nodes.name)!;
    const wanted = new Uint8Array(nodes.count);
    for (const row of rows) wanted[row] = 1;
    for (let k = 0; k < one.times.length; k++) {
      const row = nodes.rowOf(one.ids[k]!);
      const group = row < 0 || wanted[row] !== 1 ? undefined : place.groups[place.group[row]!];
      const list = group && spikes.get(group);
      if (!list) {
        left++;
        continue;
      }
      list.times.push(one.times[k]!);
      list.units.push(place.unit[row]!);
      count++;
    }
  }
  if (count > 0) report.faithful(path, `${count} spikes of ${file}`, "spikes of virtual nodes");
  if (left > 0) {
    report.unsupported(
      path,
      `${left} spikes of ${file}`,
      "Their nodes are not in the node set, are not virtual, or were left out. Correct the node set.",
    );
  }
};

const spikesOf = async (
  file: string,
  module: string,
  path: string,
  files: SonataFiles,
): Promise<readonly SonataSpikes[]> => {
  if (module === "csv") return spikesOfTable(await files.table(file, path), file);
  const store = await files.store(file, path);
  try {
    return await withHdf5(store, (root) => readSpikes(root, file));
  } finally {
    closeStore(store);
  }
};

/** The number of the step that contains a time. Times of files are rounded decimals. */
const stepOf = (time: number, dt: number): number => {
  const steps = time / dt;
  const nearest = Math.round(steps);
  return Math.abs(steps - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : Math.ceil(steps);
};

function* spikeInputs(
  { spikes }: Collected,
  { data, report, dt, duration }: InputContext,
): Generator<readonly [string, Part]> {
  const end = Math.round(duration / dt);
  for (const [{ name }, { times, units }] of spikes) {
    const path = `inputs of ${name}`;
    const order = Array.from(times.keys()).sort((a, b) => times[a]! - times[b]!);
    const lastStep = new Map<number, number>();
    const kept: { readonly times: number[]; readonly units: number[] } = { times: [], units: [] };
    let outside = 0;
    let shifted = 0;
    let farthest = 0;
    for (const k of order) {
      const time = times[k]!;
      const step = stepOf(time, dt);
      if (step < 1 || step > end) {
        outside++;
        continue;
      }
      const unit = units[k]!;
      const free = Math.max(step, (lastStep.get(unit) ?? 0) + 1);
      lastStep.set(unit, free);
      if (free > end) {
        outside++;
        continue;
      }
      if (free !== step) {
        shifted++;
        farthest = Math.max(farthest, free * dt - time);
      }
      kept.times.push(free === step ? time : free * dt);
      kept.units.push(unit);
    }
    if (outside > 0)
      report.faithful(path, `${outside} spikes`, "left out", `They are not within the ${duration} ms of the run.`);
    if (shifted > 0) {
      report.approximate(
        path,
        `${shifted} spikes`,
        "spikes of the next free step",
        `A unit spikes at most once in a step of ${dt} ms. They are up to ${Number(farthest.toPrecision(3))} ms later. Use a shorter dt.`,
      );
    }
    if (kept.times.length === 0) {
      yield [name, { inSpikes: { steps: [], units: [] } }];
      continue;
    }
    const file = `${name}Spikes.npz`;
    data.add(file, "times", Float64Array.from(kept.times));
    data.add(file, "units", Uint32Array.from(kept.units));
    yield [name, { inSpikes: { events: { npz: file } } }];
  }
}

const addClamp = (
  path: string,
  input: JsonRecord,
  set: NodeSet,
  { placed, report, dt }: InputContext,
  { currents }: Collected,
): void => {
  const list = (key: string, fallback?: number): readonly number[] => {
    const value = input[key] ?? fallback;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (values.every((one): one is number => typeof one === "number" && Number.isFinite(one))) return values;
    throw new FileError(`${path}.${key} must be a number, or a list of numbers; received ${JSON.stringify(value)}.`);
  };
  if (input["input_file"] !== undefined || input["amp"] === undefined) {
    report.unsupported(
      path,
      "IClamp",
      "Only the keys amp, delay and duration are read. Add the current to the document.",
    );
    return;
  }
  const amplitudes = list("amp");
  const delays = list("delay", 0);
  const durations = list("duration");
  if (delays.length !== amplitudes.length || durations.length !== amplitudes.length) {
    throw new FileError(
      `${path} has ${amplitudes.length} amp, ${delays.length} delay and ${durations.length} duration.`,
    );
  }
  let reached = 0;
  for (const [nodes, rows] of set) {
    const { groups, group, unit } = placed.get(nodes.name)!;
    groups.forEach((own, index) => {
      const units = rows.filter((row) => group[row] === index).map((row) => unit[row]!);
      if (units.length === 0 || !own.model || own.model.template.hasSign) return;
      reached += units.length;
      amplitudes.forEach((amplitude, k) => {
        const isAll = units.length === own.rows.length;
        const perUnit = isAll ? amplitude : Array.from({ length: own.rows.length }, () => 0);
        if (Array.isArray(perUnit)) for (const one of units) perUnit[one] = amplitude;
        // The generator of NEST acts one step after its time.
        const from = delays[k]! + dt;
        currents.get(own)!.push({ step: { amplitude: perUnit, from, to: from + durations[k]! } });
      });
    });
  }
  if (reached > 0) report.faithful(path, `IClamp to ${reached} nodes`, "step currents in pA, as in NEST");
  else report.unsupported(path, "IClamp", "Its node set has no nodes that take a current. Correct the set.");
};

/** The currents of each step that an export of this library wrote, in the form of a report. */
const addCurrents = async (
  path: string,
  input: JsonRecord,
  { files, placed, data, report }: InputContext,
  { currents }: Collected,
): Promise<void> => {
  const file = input["input_file"];
  if (typeof file !== "string") throw new FileError(`${path} has no input_file. Give its path.`);
  const store = await files.store(file, path);
  try {
    await withHdf5(store, (root) => {
      const reports = root.group("report");
      for (const name of reports.names()) {
        const values = reports.group(name).dataset("data");
        const groups = placed.get(name)?.groups ?? [];
        const [group] = groups;
        if (!group?.model || groups.length > 1 || values.shape.length !== 2 || values.shape[1] !== group.rows.length) {
          throw new FileError(
            `${path}: ${file} has currents of the shape [${values.shape.join(", ")}] for ${name}, which is no population of cells of this size. Export the network again.`,
          );
        }
        const stored = `${group.name}Current.npy`;
        data.addArray(stored, values.numbers(), values.shape);
        currents.get(group)!.push({ npy: stored });
        report.faithful(path, `currents of ${values.shape[0]} steps`, stored);
      }
    });
  } finally {
    closeStore(store);
  }
};

function* currentInputs({ currents }: Collected): Generator<readonly [string, Part]> {
  for (const [{ name }, terms] of currents) {
    if (terms.length > 0) yield [name, { current: terms.length === 1 ? terms[0] : { sum: terms } }];
  }
}
