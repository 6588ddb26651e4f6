import type * as library from "../../src/entries/index.ts";

type Library = Pick<typeof library, "simulate" | "normal"> & object;
export declare function replayGolden(spark: Library, golden: object, worker?: boolean): Promise<object[]>;
export declare function replayNoise(spark: Library): Promise<string>;
export declare function replayThreads(
  spark: Library,
  options: object,
): Promise<{ readonly warnings: readonly string[]; readonly bits: string }>;
export interface NetworkReplay {
  readonly warnings: readonly string[];
  readonly synapses: number;
  readonly count: number;
  readonly bits: string;
  /** Seconds. */
  readonly wallTime: number;
  readonly buildTime: number;
}
export declare function replayNetwork(
  spark: Pick<typeof library, "simulate">,
  network: { readonly brain: library.Brain; readonly initial?: object; readonly inputs?: object },
  options: object,
): Promise<NetworkReplay>;
