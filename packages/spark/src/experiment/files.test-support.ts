import { FileError } from "../errors/errors.ts";
import { encodeNpy } from "../io/npy.ts";
import { encodeNpz } from "../io/npz.ts";
import type { ExperimentOptions } from "./experiment.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
export const rows = Array.from({ length: 50 }, (_, k) => [100 * (k % 7), 80 * (k % 5), 60 * (k % 11)]);
const csv = ["time_ms,a,b,c", ...rows.map((row, k) => [k * 0.4, ...row].join(","))].join("\n");
export const files: Readonly<Record<string, Uint8Array>> = {
  "currents.csv": text(csv),
  "semicolons.csv": text(csv.replaceAll(",", ";")),
  "spikes.csv": text("step,time_ms,unit\n1,0.1,0\n1,0.1,2\n150,15,1\n"),
  "currents.npy": encodeNpy({ data: Float64Array.from(Array(200).fill(rows[3]).flat()), shape: [200, 3] }),
  "whole.npy": encodeNpy({ data: BigInt64Array.from([900n, 20n, 300n]), shape: [3] }),
  "huge.npy": encodeNpy({ data: BigInt64Array.from([2n ** 60n]), shape: [1] }),
  "one.npy": encodeNpy({ data: Float64Array.of(3), shape: [] }),
  "short.csv": text("time_ms,a\n0,1\n1\n"),
  "gap.csv": text("time_ms,a\n0,1\n1,2\n1,3\n"),
  "spikes.npz": encodeNpz({
    steps: { data: BigInt64Array.from([1n, 1n, 150n]), shape: [3] },
    units: { data: BigInt64Array.from([0n, 2n, 1n]), shape: [3] },
    dt: { data: Float64Array.of(0.1), shape: [1] },
  }),
  "coarse.npz": encodeNpz({
    steps: { data: Float64Array.of(1), shape: [1] },
    units: { data: Float64Array.of(0), shape: [1] },
    dt: { data: Float64Array.of(0.5), shape: [1] },
  }),
  "late.npz": encodeNpz({
    steps: { data: Float64Array.of(1, 2), shape: [2] },
    units: { data: Float64Array.of(0, 7), shape: [2] },
  }),
  "steps.npz": encodeNpz({ steps: { data: Float64Array.of(1), shape: [1] } }),
  "late.csv": text("step,time_ms,unit\n1,0.1,0\n2,0.2,7\n"),
};
/** Reads the files above. */
export const options: ExperimentOptions = {
  readFile: async (path) => {
    const bytes = files[path];
    if (!bytes) throw new FileError(`${path} cannot be read: it does not exist. Correct the path.`);
    return bytes;
  },
};
