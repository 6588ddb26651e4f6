import { FileError } from "spark-snn";
import type { Hdf5Group } from "../hdf5/objects.ts";
import { withHdf5 } from "../hdf5/read.ts";
import type { Channel, Recording, Spikes } from "../recordings/recording.ts";
import { readReports, type SonataReport } from "./results.ts";
import { readSpikes } from "./spikes.ts";

/* Spikes and reports of SONATA as recordings. */

/** Options for opening files of SONATA. */
export interface SonataRecordingOptions {
  /** The population to read. Needed if a file of spikes or of a report has several. */
  readonly population?: string;
}

/** Whether an HDF5 file has spikes or reports of SONATA. */
export const isSonataRecording = (bytes: Uint8Array): Promise<boolean> =>
  withHdf5(bytes, (root) => ["spikes", "report"].some((name) => root.get(name)?.kind === "group"));

/**
 * Reads the spikes and reports of a population. Columns of a report become channels with the id of their node: node-9, and node-9-1 for its next column.
 * @throws FileError for a damaged file, or if the population is missing or has to be named
 */
export const readSonataRecording = (
  bytes: Uint8Array,
  name: string,
  { population }: SonataRecordingOptions = {},
): Promise<Recording> =>
  withHdf5(bytes, (root): Recording => {
    const has = (part: string): boolean => root.get(part)?.kind === "group";
    const reports = has("report") ? readReports(root, name) : [];
    const report = reports.length === 0 ? undefined : chosen(reports, population, name);
    return {
      format: "SONATA",
      channels: report ? channelsOf(report) : [],
      ...(has("spikes") && { spikes: spikesOf(root, population, name) }),
      notes: [],
    };
  });

/** The part of a population; the only one if none is named. */
const chosen = <T extends { readonly population: string | undefined }>(
  parts: readonly T[],
  population: string | undefined,
  name: string,
): T => {
  const found = population === undefined ? parts : parts.filter((part) => part.population === population);
  if (found.length === 1) return found[0]!;
  const names = parts.map((part) => part.population ?? "one without a name").join(", ");
  throw new FileError(
    population === undefined
      ? `${name} has several populations: ${names}. Name one, with population or --population.`
      : `${name} has no population "${population}"; it has ${names}. Correct the name.`,
  );
};

const spikesOf = (root: Hdf5Group, population: string | undefined, name: string): Spikes => {
  const { times, ids } = chosen(readSpikes(root, name), population, name);
  const order = Array.from({ length: times.length }, (_, k) => k).sort((a, b) => times[a]! - times[b]!);
  return { times: Float64Array.from(order, (k) => times[k]!), senders: Float64Array.from(order, (k) => ids[k]!) };
};

const channelsOf = ({ unit, nodes, times, values }: SonataReport): Channel[] => {
  const count = times.length;
  const start = times[0] ?? 0;
  const interval = count > 1 ? times[1]! - start : undefined;
  const seen = new Map<number, number>();
  return Array.from(nodes, (node, column): Channel => {
    const before = seen.get(node) ?? 0;
    seen.set(node, before + 1);
    const read = () => Float64Array.from({ length: count }, (_, row) => values[row * nodes.length + column]!);
    return {
      name: before === 0 ? `node-${node}` : `node-${node}-${before}`,
      unit,
      kind: "recorded",
      sweeps: [{ count, start, interval, values: read, ...(interval === undefined && { times: () => times.slice() }) }],
    };
  });
};
