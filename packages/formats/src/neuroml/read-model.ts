import { ConfigError, FileError } from "spark-snn";
import type { ReadNeighbour } from "../result.ts";
import { parseXml } from "./parse.ts";
import { attribute } from "./quantities.ts";
import type { Element } from "./xml.ts";

/* The files of a model: what they include, their components, the network and the simulation. */

/** A component, such as a cell or a synapse. */
export interface Component {
  readonly id: string;
  /** Its type, such as "iafCell". */
  readonly type: string;
  readonly element: Element;
  /** Its place, for messages. */
  readonly where: string;
}

export interface Model {
  readonly components: ReadonlyMap<string, Component>;
  readonly network: Component;
  readonly simulation: Component | undefined;
}

/** Files with the types of NeuroML, which simulators have. A model may have files of these names, too. */
const core =
  /(?:^|\/)(?:Cells|Networks|Inputs|PyNN|Simulation|Synapses|Channels|NeuroML2CoreTypes|NeuroMLCoreDimensions|NeuroMLCoreCompTypes)\.xml$/;

/** Most files of a model. */
const MOST = 1000;

/** Elements of a file that are no components. */
const others = new Set([
  ...["include", "Include", "notes", "annotation", "property", "Target"],
  ...["ComponentType", "Dimension", "Unit", "Constant", "Assertion"],
]);

/** Reads a file and those that it includes. @throws FileError, ConfigError */
export const readModel = async (
  bytes: Uint8Array,
  file: string,
  readFile: ReadNeighbour | undefined,
): Promise<Model> => {
  const components = new Map<string, Component>();
  const networks: Component[] = [];
  const simulations: Component[] = [];
  const targets: string[] = [];
  const seen = new Set([normal(file)]);
  const open: (readonly [Uint8Array, string])[] = [[bytes, file]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [content, path] = next;
    const root = parseXml(content, path);
    if (root.name !== "neuroml" && root.name !== "Lems") {
      throw new FileError(
        `${path} has the root element ${root.name}; expected neuroml or Lems. Give a file of NeuroML 2.`,
      );
    }
    for (const element of children(root)) {
      if (element.name === "include" || element.name === "Include") {
        const key = element.name === "include" ? "href" : "file";
        const given = attribute(element, key, `${path} ${element.name}`);
        const found = normal(/^[\\/]/.test(given) ? given : `${folderOf(path)}${given}`);
        if (seen.has(found)) continue;
        seen.add(found);
        if (seen.size > MOST) throw new FileError(`${file} includes more than ${MOST} files. Give a smaller model.`);
        const included = core.test(given) ? await readCore(found, readFile) : await readIncluded(found, path, readFile);
        if (included) open.push([included, found]);
      } else if (element.name === "Target") targets.push(attribute(element, "component", `${path} Target`));
      else if (!others.has(element.name)) {
        const component = componentOf(element, path);
        if (component.type === "network" || component.type === "networkWithTemperature") networks.push(component);
        else if (component.type === "Simulation") simulations.push(component);
        else {
          const before = components.get(component.id);
          if (before)
            throw new ConfigError({
              path: component.where,
              message: `has the id of ${before.where}. Rename one of them.`,
            });
          components.set(component.id, component);
        }
      }
    }
  }
  const simulation = choose(simulations, targets[0], "simulations", file);
  const wanted = simulation && attribute(simulation.element, "target", simulation.where);
  const network = choose(networks, wanted, "networks", file);
  if (network && (wanted === undefined || network.id === wanted))
    return { components, network: withProjections(network), simulation };
  throw new FileError(
    wanted === undefined
      ? `${file} contains no network. Give a file with one, or the LEMS file of a simulation.`
      : `${file}: the simulation ${simulation!.id} runs "${wanted}", which is no network of its files. Include the file of the network.`,
  );
};

/** A network in which single connections (`synapticConnection`) are projections. */
const withProjections = (network: Component): Component => {
  const others: Element[] = [];
  const projections = new Map<string, { readonly attributes: Element["attributes"]; readonly list: Element[] }>();
  for (const one of children(network.element)) {
    if (one.name !== "synapticConnection" && one.name !== "synapticConnectionWD") {
      others.push(one);
      continue;
    }
    const where = `${network.where} ${one.name}`;
    const [from, to, synapse] = ["from", "to", "synapse"].map((key) => attribute(one, key, where)) as [
      ...[string, string, string],
    ];
    const [pre, post] = [from, to].map((path) => /^(?:\.{1,2}\/)*([^[\]/]{0,200})/.exec(path)?.[1] ?? "") as [
      string,
      string,
    ];
    const id = `${pre}_${post}_${synapse}`;
    const found = projections.get(id) ?? {
      attributes: { id, presynapticPopulation: pre, postsynapticPopulation: post, synapse },
      list: [],
    };
    projections.set(id, found);
    const { weight, delay } = one.attributes;
    found.list.push({
      name: one.name === "synapticConnection" ? "connection" : "connectionWD",
      attributes: {
        ...{ id: `${found.list.length}`, preCellId: from, postCellId: to },
        ...(weight !== undefined && { weight }),
        ...(delay !== undefined && { delay }),
      },
      children: [],
    });
  }
  const added = [...projections.values()].map(({ attributes, list }) => ({
    name: "projection",
    attributes,
    children: list,
  }));
  return { ...network, element: { ...network.element, children: [...others, ...added] } };
};

export const children = ({ children: list }: Element): readonly Element[] =>
  list.filter((child): child is Element => typeof child !== "string");

const componentOf = (element: Element, file: string): Component => {
  const id = attribute(element, "id", `${file} ${element.name}`);
  // LEMS also writes <Component id="…" type="…"/>.
  const type = element.name === "Component" ? attribute(element, "type", `${file} Component ${id}`) : element.name;
  return { id, type, element, where: `${file} ${type} ${id}` };
};

/** The component of an id; without an id, the only one. */
const choose = (
  list: readonly Component[],
  id: string | undefined,
  what: string,
  file: string,
): Component | undefined => {
  const found = id === undefined ? undefined : list.find((one) => one.id === id);
  if (found || list.length <= 1) return found ?? list[0];
  throw new FileError(
    `${file} has the ${what} ${list.map((one) => one.id).join(", ")}, and names none of them as its target. Keep one.`,
  );
};

/** A file with the name of one that simulators have; undefined if the model does not bring its own. */
const readCore = async (path: string, readFile: ReadNeighbour | undefined): Promise<Uint8Array | undefined> => {
  const found = await readFile?.(path).catch(() => undefined);
  return found instanceof Uint8Array ? found : undefined;
};

const readIncluded = async (
  path: string,
  wantedBy: string,
  readFile: ReadNeighbour | undefined,
): Promise<Uint8Array> => {
  if (!readFile) {
    throw new FileError(
      `${wantedBy} includes the file ${path}, but only one file was given. Give a folder or a zip with all files, or the option readFile.`,
    );
  }
  let reason: string;
  try {
    const found = await readFile(path);
    if (found instanceof Uint8Array) return found;
    (found as { readonly close?: () => void }).close?.();
    reason = "it is a file of HDF5";
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  throw new FileError(`${wantedBy} includes the file ${path}, which cannot be read: ${reason}`);
};

const folderOf = (path: string): string => path.slice(0, path.replaceAll("\\", "/").lastIndexOf("/") + 1);

/** A path without "." and inner "..". */
const normal = (path: string): string => {
  const parts: string[] = [];
  const forward = path.replaceAll("\\", "/");
  for (const part of forward.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return `${forward.startsWith("/") ? "/" : ""}${parts.join("/")}`;
};
