import type { Brain } from "../graph/brain.ts";
import type { Populations } from "../graph/brain-options.ts";
import type { Readouts } from "../graph/readout.ts";
import type { BrainRecordOptions } from "./model.ts";
import type { CompileOptions, RunOptions, SimulateOptions } from "./options.ts";
import type { Simulation } from "./simulation.ts";

/* Options and results of networks, typed by their populations and read-outs. */

export type BrainSimulation<P extends Populations = Populations, O = Readouts> = Simulation<Brain<P, O>>;
export type BrainCompileOptions<P extends Populations = Populations, O = Readouts> = CompileOptions<Brain<P, O>>;
export type BrainRunOptions<P extends Populations = Populations, R = BrainRecordOptions<P>, O = Readouts> = RunOptions<
  Brain<P, O>,
  R
>;
export type BrainSimulateOptions<
  P extends Populations = Populations,
  R = BrainRecordOptions<P>,
  O = Readouts,
> = SimulateOptions<Brain<P, O>, R>;
