import { keptValues } from "../compile/rule.ts";
import type { Place } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import type { WiredProjection, Wiring } from "../graph/wiring.ts";
import type { Frontend, NetworkParts } from "./frontend.ts";
import type { FieldValue, Part, Shift } from "./part.ts";
import { readRuleSetting } from "./rule-setting.ts";

type Values = Record<string, FieldValue>;

/** The parameters of all rules. `fields` contains the present values of the rule of each projection. */
export const rulesOf = (wiring: Wiring, dt: number): Pick<NetworkParts, "ruleParts" | "writeRules"> => {
  const fields = wiring.projections.map(({ ruleFields }): Values | undefined => ruleFields && { ...ruleFields });
  /** The parameters from which the values in a memory follow. A reward may change in every step. */
  const written = new WeakMap<ArrayBufferLike, Map<number, Values>>();
  return {
    ruleParts: (front) =>
      wiring.projections.flatMap((wired, k) => (wired.plasticity ? [new RulePart(front, wired, fields[k]!)] : [])),
    writeRules: (machine) => {
      for (const [k, { name, buffers }] of (machine.network.rules ?? []).entries()) {
        const place = wiring.projections.findIndex((wired) => wired.name === name);
        const { model } = wiring.projections[place]!.plasticity!;
        const memory = machine.ruleMemory!(k);
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

/** The parameters of a plasticity rule. The machine keeps the values that follow from them, so nothing is compiled. */
class RulePart implements Part {
  readonly path: string;
  readonly names: readonly string[];
  readonly declared = new Map<string, FieldValue>();
  readonly #front: Frontend;
  readonly #wired: WiredProjection;
  /** Present values, which are written into the machine. */
  readonly #fields: Record<string, FieldValue>;

  constructor(front: Frontend, wired: WiredProjection, fields: Record<string, FieldValue>) {
    this.path = `projections.${wired.name}.plasticity`;
    this.names = Object.keys(wired.plasticity!.model.fields);
    this.#front = front;
    this.#wired = wired;
    this.#fields = fields;
  }

  get(name: string): FieldValue {
    return this.#fields[name]!;
  }

  read(name: string, given: unknown, place: Place): FieldValue {
    const { name: target, component } = this.#front.populations[this.#wired.target]!;
    const { model } = this.#wired.plasticity!;
    const ruled = { model, fields: this.#fields, target: { name: target, units: sizeOf(component.units) } };
    return readRuleSetting(ruled, name, given, place);
  }

  compiles(): boolean {
    return false;
  }

  put(name: string, value: FieldValue): void {
    if (!this.declared.has(name)) this.declared.set(name, this.get(name));
    this.#fields[name] = value;
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
