import type { Synapses } from "../connectivity/synapses.ts";
import { StateError } from "../errors/errors.ts";
import type { Drawer, DrawMachine } from "../program/machine.ts";
import type { Program } from "../program/program.ts";

/** The projections of a network, which are checked before a backend can draw them. */
export class LateSynapses {
  readonly #draw: (drawer: Drawer) => readonly Synapses[];
  #drawer: Drawer | undefined;
  #synapses: readonly Synapses[] | undefined;

  /** `draw` prepares every projection. @throws ConfigError that lists every problem */
  constructor(draw: (drawer: Drawer) => readonly Synapses[]) {
    this.#draw = draw;
  }

  /** @throws ConfigError that lists every problem */
  get all(): readonly Synapses[] {
    const create = (program: Program): DrawMachine => {
      if (this.#drawer) return this.#drawer.create(program);
      throw new StateError("A check of projections drew synapses. Report this as a bug.");
    };
    this.#synapses ??= this.#draw({ create });
    return this.#synapses;
  }

  /** All projections, drawn with this drawer. */
  with(drawer: Drawer): readonly Synapses[] {
    if (this.#drawer !== drawer && this.#drawer) this.forget();
    this.#drawer = drawer;
    return this.all;
  }

  /** Takes a drawer, so that values of synapses can be drawn before a network is built. */
  offer(drawer: Drawer): void {
    this.#drawer ??= drawer;
  }

  forget(): void {
    this.#drawer = undefined;
    this.#synapses = undefined;
  }
}
