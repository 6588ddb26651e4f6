import { drivenModel, keptValues, referencesOf, synapticBuffer } from "../compile/rule.ts";
import type { Place } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import { ConfigError } from "../errors/errors.ts";
import type { BuiltBrain } from "../graph/build.ts";
import { drivenParameters } from "../graph/signal.ts";
import type { WiredProjection, Wiring } from "../graph/wiring.ts";
import type { View } from "../program/machine.ts";
import type { Frontend, NetworkParts } from "./frontend.ts";
import type { FieldValue, Part, Shift } from "./part.ts";
import { readRuleSetting, readSynapticSetting } from "./rule-setting.ts";
import type { WeightKeeper } from "./weights.ts";

type Values = Record<string, FieldValue>;

/** Parameters that differ between the synapses of a projection. They are drawn when they are needed. */
class SynapticValues {
  readonly #wired: WiredProjection;
  readonly #synapses: () => Synapses;
  /** Present values, as far as they are known. */
  readonly #values = new Map<string, Float64Array>();

  constructor(wired: WiredProjection, synapses: () => Synapses) {
    this.#wired = wired;
    this.#synapses = synapses;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#wired.synaptic, name);
  }

  get(name: string): Float64Array {
    const known = this.#values.get(name);
    if (known) return known;
    const values = this.#synapses().parameters[name]!.draw();
    this.#values.set(name, values);
    return values;
  }

  put(name: string, values: Float64Array): void {
    this.#values.set(name, values);
  }

  get all(): readonly (readonly [string, Float64Array])[] {
    return Object.keys(this.#wired.synaptic).map((name) => [name, this.get(name)] as const);
  }
}

/** What rules need beside the wiring. `synapses` draws a projection. */
interface Beside extends Pick<BuiltBrain, "dt" | "populations"> {
  readonly weights: WeightKeeper;
  readonly synapses: (projection: number) => Synapses;
}

/** The parameters of all rules. `fields` contains the present values of the rule of each projection. */
export const rulesOf = (
  wiring: Wiring,
  { dt, populations, weights, synapses }: Beside,
): Pick<NetworkParts, "ruleParts" | "writeRules" | "differing"> => {
  const fields = wiring.projections.map(({ ruleFields }): Values | undefined => ruleFields && { ...ruleFields });
  const synaptic = wiring.projections.map((wired, k) => new SynapticValues(wired, () => synapses(k)));
  /** The values that differ between synapses in a memory. */
  const scattered = new WeakMap<View, Float64Array>();
  /** The values that states of somas are relative to, in a memory. */
  const references = new WeakMap<View, number | Float64Array>();
  /** The parameters from which the values in a memory follow. A reward may change in every step. */
  const written = new WeakMap<ArrayBufferLike, Map<number, Values>>();
  return {
    ruleParts: (front) =>
      wiring.projections.flatMap((wired, k) => {
        if (!wired.plasticity) return [];
        const drivers = wiring.signals.flatMap(({ name, target }) =>
          "parameter" in target && target.projection === k ? [[target.parameter, name] as const] : [],
        );
        return [new RulePart(front, wired, { fields: fields[k]!, synaptic: synaptic[k]!, drivers: new Map(drivers) })];
      }),
    differing: wiring.projections.some((wired) => Object.keys(wired.synaptic).length > 0),
    writeRules: (machine) => {
      for (const [k, { name, buffers }] of (machine.network.rules ?? []).entries()) {
        const place = wiring.projections.findIndex((wired) => wired.name === name);
        const driven = drivenParameters(wiring.signals, place);
        const from = { driven, synaptic: Object.keys(wiring.projections[place]!.synaptic) };
        const model = drivenModel(wiring.projections[place]!.plasticity!.model, from);
        const memory = machine.ruleMemory!(k);
        for (const [parameter, values] of synaptic[place]!.all) {
          const views = memory[synapticBuffer({ buffers }, parameter)]!;
          if (views.length === 0 || scattered.get(views[0]!) === values) continue;
          weights.scatter(place, views, values);
          scattered.set(views[0]!, values);
        }
        for (const [buffer, value] of referencesOf(model, populations[wiring.projections[place]!.target]!, dt)) {
          const [view] = memory[buffers.findIndex((one) => one.name === buffer)]!;
          if (references.get(view!) === value) continue;
          if (typeof value === "number") view!.fill(value);
          else view!.set(value);
          references.set(view!, value);
        }
        // The values of signals follow.
        const first = buffers.findIndex(({ fixed }) => fixed);
        if (first < 0) continue;
        const { buffer } = memory[first]![0]!;
        const known = written.get(buffer) ?? new Map<number, Values>();
        written.set(buffer, known);
        const own = fields[place]!;
        const before = known.get(k);
        keptValues(model, own, dt, (name) => before?.[name] !== own[name]).forEach((value, n) => {
          for (const view of memory[first + n]!) {
            if (typeof value === "number") view.fill(value);
            else view.set(value);
          }
        });
        known.set(k, { ...own });
      }
    },
  };
};

/** What the part of a rule reads and changes. */
interface RuleState {
  readonly fields: Record<string, FieldValue>;
  readonly synaptic: SynapticValues;
  readonly drivers: ReadonlyMap<string, string>;
}

/** The parameters of a plasticity rule. The machine keeps the values that follow from them, so nothing is compiled. */
class RulePart implements Part {
  readonly path: string;
  readonly names: readonly string[];
  readonly declared = new Map<string, FieldValue>();
  readonly #front: Frontend;
  readonly #wired: WiredProjection;
  /** Present values, which are written into the machine. */
  readonly #fields: Record<string, FieldValue>;
  readonly #synaptic: SynapticValues;
  /** The signals that drive parameters. */
  readonly #drivers: ReadonlyMap<string, string>;

  constructor(front: Frontend, wired: WiredProjection, { fields, synaptic, drivers }: RuleState) {
    this.#drivers = drivers;
    this.#synaptic = synaptic;
    this.path = `projections.${wired.name}.plasticity`;
    this.names = Object.keys(wired.plasticity!.model.fields);
    this.#front = front;
    this.#wired = wired;
    this.#fields = fields;
  }

  get(name: string): FieldValue {
    return this.#synaptic.has(name) ? this.#synaptic.get(name) : this.#fields[name]!;
  }

  read(name: string, given: unknown, place: Place): FieldValue {
    const driver = this.#drivers.get(name);
    if (driver !== undefined) {
      const remedy = "To set it, remove the signal from the network.";
      throw new ConfigError(place.issue(`follows the signal ${driver}, so it cannot be set. ${remedy}`));
    }
    const { name: target, component } = this.#front.populations[this.#wired.target]!;
    const { model } = this.#wired.plasticity!;
    if (this.#synaptic.has(name))
      return readSynapticSetting(model, name, given, place, this.#synaptic.get(name).length);
    const ruled = { model, fields: this.#fields, target: { name: target, units: sizeOf(component.units) } };
    return readRuleSetting(ruled, name, given, place);
  }

  compiles(): boolean {
    return false;
  }

  put(name: string, value: FieldValue): void {
    if (!this.declared.has(name)) this.declared.set(name, this.get(name));
    if (this.#synaptic.has(name)) this.#synaptic.put(name, value as Float64Array);
    else this.#fields[name] = value;
  }

  shifts(): readonly Shift[] {
    return [];
  }

  assume(): void {}

  plan(): boolean {
    return false;
  }

  forsake(): void {}

  reset(): boolean {
    for (const [name, value] of this.declared) this.put(name, value);
    return false;
  }
}
