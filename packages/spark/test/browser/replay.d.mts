import type * as library from "../../src/index.ts";

type Library = Pick<typeof library, "simulate" | "normal"> & object;
export declare function replayGolden(spark: Library, golden: object, worker?: boolean): Promise<object[]>;
export declare function replayNoise(spark: Library): Promise<string>;
export declare function replayThreads(
  spark: Library,
  options: object,
): Promise<{ readonly warnings: readonly string[]; readonly bits: string }>;
