import type { Synapses } from "../connectivity/synapses.ts";
import { StateError } from "../errors/errors.ts";
import type { SurveyedBrain } from "../graph/build.ts";
import type { Drawer, DrawMachine } from "../program/machine.ts";
import type { Program } from "../program/program.ts";
import { drawProjections } from "./synapses.ts";

/** The projections of a network, which are checked before a backend can draw them. */
export class LateSynapses {
  readonly #network: SurveyedBrain;
  #drawer: Drawer | undefined;
  #synapses: readonly Synapses[] | undefined;

  constructor(network: SurveyedBrain) {
    this.#network = network;
  }

  /** @throws ConfigError that lists every problem */
  get all(): readonly Synapses[] {
    const create = (program: Program): DrawMachine => {
      if (this.#drawer) return this.#drawer.create(program);
      throw new StateError("A check of projections drew synapses. Report this as a bug.");
    };
    this.#synapses ??= drawProjections(this.#network, { create });
    return this.#synapses;
  }

  /** All projections, drawn with this drawer. */
  with(drawer: Drawer): readonly Synapses[] {
    if (this.#drawer !== drawer && this.#drawer) this.forget();
    this.#drawer = drawer;
    return this.all;
  }

  forget(): void {
    this.#drawer = undefined;
    this.#synapses = undefined;
  }
}
