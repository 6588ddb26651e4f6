import { fixedExprs } from "../compile/lower.ts";
import { Place } from "../config/place.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { keyOf } from "../math/threefry.ts";
import { fieldValue } from "../model/build.ts";
import type { Declaration } from "../model/component.ts";
import { checkRules } from "../model/finish.ts";
import { evaluateFixed } from "../model/fixed.ts";
import type { SourceInstance, SourceModel } from "../model/source.ts";
import type { Varying } from "../model/varying.ts";
import type { Filtered } from "../readouts/filtered.ts";
import type { Tuning } from "../readouts/tuning.ts";
import type { Frontend } from "./frontend.ts";
import type { FieldValue, Part, Shift } from "./part.ts";
import { readSetting, readTuning, tuningNames } from "./setting.ts";

/* The parameters of the parts of a simulation, which can be set while it exists. */

/** What holds the present values of a part: the compiler and the machine read it. */
interface Held {
  readonly fields: Readonly<Record<string, FieldValue>>;
  live?: ((expr: Expr) => boolean) | undefined;
}

/** What depends on a field. */
interface Dependents {
  /** Values that the compiler computes once. */
  readonly fixed: readonly Expr[];
  /** State variables that are stored relative to an expression of the field. */
  readonly states: readonly (readonly [variable: string, from: Expr])[];
  /** Rules of the model that a value has to meet together with others. */
  readonly rules: readonly Expr[];
  /** Whether a value can give a count that is too large. */
  readonly counts: boolean;
}

/** What a part with equations is made of. */
interface Equated {
  readonly path: string;
  readonly population: number;
  /** Path of its state variables in buffers. */
  readonly state: string;
  readonly model: Declaration;
  readonly held: Held;
  readonly units: Shape;
  readonly seed: number;
  /** Keys its draws, with the seed. */
  readonly key: string;
  readonly varying?: Varying | undefined;
  /** Absent unless the part is a drive. */
  readonly drive?: SourceInstance;
  /** The equations that use the fields. */
  readonly roots: () => readonly Expr[];
}

/**
 * A population, a synapse or a drive. Its fields are constants of the compiled code, or buffers if units differ. The
 * first change makes a field live: the population is compiled again with a buffer for each value that depends on it.
 */
class EquatedPart implements Part {
  readonly declared = new Map<string, FieldValue>();
  readonly #front: Frontend;
  readonly #own: Equated;
  /** The declared equations of a drive. */
  readonly #equations: SourceModel | undefined;
  /** Fields that keep a value per unit in memory, because a planned value needs it. */
  readonly #wide = new Set<string>();
  /** The present value of wide fields for which it is one number. */
  readonly #spread = new Map<string, number>();
  /** What depends on a field, by its name. The equations of a drive may be replaced. */
  readonly #dependents = new Map<string, Dependents>();
  #dependentsOf: SourceModel | undefined;
  /** Values before the assumptions, what was assumed, and all fields after each assumption. */
  #assumed:
    | { readonly before: Held["fields"]; readonly values: [string, FieldValue][]; readonly states: Held["fields"][] }
    | undefined;

  constructor(front: Frontend, own: Equated) {
    this.#front = front;
    this.#own = own;
    this.#equations = own.drive?.model;
  }

  get path(): string {
    return this.#own.path;
  }

  get fields(): object {
    return this.#own.held.fields;
  }

  get names(): readonly string[] {
    return Object.keys(this.#own.model.fields);
  }

  get #dt(): number {
    return this.#front.checked.settings.dt;
  }

  get(name: string): FieldValue | undefined {
    return this.#spread.get(name) ?? this.#own.held.fields[name];
  }

  read(name: string, given: unknown, place: Place): FieldValue {
    const { model, units, seed, key, varying } = this.#own;
    const field = model.fields[name]!;
    const setting = readSetting({ fields: model.fields, units, varying }, name, given, place);
    const { precision } = this.#front.checked.settings;
    const issues: Issue[] = [];
    const value = fieldValue(setting, field, {
      key: () => keyOf(seed, `${key}.${name}`),
      units,
      place,
      precision,
      issues,
    });
    if (issues.length > 0) throw new ConfigError(issues);
    this.#check(name, value, new Place(place.keys.slice(0, -1), place.language));
    return value;
  }

  isSound(name: string, value: number): boolean {
    const { model, held, varying, drive } = this.#own;
    if (varying || drive?.adapt || !this.declared.has(name) || this.#wide.has(name)) return false;
    if (typeof held.fields[name] !== "number" || this.#front.network?.hasDirections) return false;
    const field = model.fields[name]!;
    for (let k = 0; k < field.checks.length; k++) if (!field.checks[k]!.holds(value)) return false;
    if (!(Math.abs(value) < SAFE && (value === 0 || Math.abs(value) > 1 / SAFE))) return false;
    const { rules, counts } = this.#dependentsFor(name);
    if (counts) return false;
    return rules.length === 0 || this.#keepsRules(rules, { ...held.fields, [name]: value });
  }

  #keepsRules(rules: readonly Expr[], fields: Held["fields"]): boolean {
    const context = { dt: this.#dt };
    return rules.every((holds) => evaluateFixed(holds, fields, context) === 1);
  }

  /** Checks what depends on several values. @throws ConfigError */
  #check(name: string, value: FieldValue, place: Place): void {
    const { model, held, units, varying, drive } = this.#own;
    const dt = this.#dt;
    const fields = { ...held.fields, [name]: value };
    checkRules({ model, fields, dt, units, place }, varying);
    const memo = new Map<Expr, FieldValue>();
    for (const expr of this.#dependentsFor(name).fixed) {
      if (!varying?.names(expr)) evaluateFixed(expr, fields, { dt, place }, memo);
    }
    drive?.adapt?.([fields], drive.model);
    this.#checkDirections(fields);
  }

  /** What depends on a field. A control that is moved asks for it many times per second. */
  #dependentsFor(name: string): Dependents {
    const { model, drive, roots } = this.#own;
    if (drive?.model !== this.#dependentsOf) this.#dependents.clear();
    this.#dependentsOf = drive?.model;
    const known = this.#dependents.get(name);
    if (known) return known;
    const uses = usesOf(new Set([name]));
    const states = Object.entries(model.state).flatMap(([variable, { from }]): [string, Expr][] =>
      from && uses(from) ? [[variable, from]] : [],
    );
    const fixed = [...fixedExprs(roots())].filter(uses);
    const rules = (model.rules ?? []).map(({ holds }) => holds).filter(uses);
    const dependents = { fixed, states, rules, counts: fixed.some(makesCount) };
    this.#dependents.set(name, dependents);
    return dependents;
  }

  /** @throws ConfigError if a conductance of inhibitory units would excite */
  #checkDirections(fields: Held["fields"]): void {
    const { network, populations } = this.#front;
    if (!network) return;
    const fieldsOf = (held: Held) => (held === this.#own.held ? fields : held.fields);
    const directed = populations.map(({ component, receptors }) => ({
      model: component.model,
      fields: fieldsOf(component),
      receptors: receptors.map((receptor) => ({ model: receptor.model, fields: fieldsOf(receptor) })),
    }));
    const issues = network.directionIssues(directed);
    if (issues.length > 0) throw new ConfigError(issues);
  }

  compiles(name: string, value: FieldValue): boolean {
    return this.#changesPlace(name, value) || this.#equationsFor(name, value) !== this.#own.drive?.model;
  }

  /** Whether a constant becomes a buffer, or a buffer of one value gets one per unit. */
  #changesPlace(name: string, value: FieldValue): boolean {
    const isShared = typeof this.#own.held.fields[name] === "number";
    return isShared && (!this.declared.has(name) || typeof value !== "number");
  }

  /** The equations of a drive for a value: the present ones if they hold for it. */
  #equationsFor(name: string, value: FieldValue): SourceModel | undefined {
    const { held, drive } = this.#own;
    return drive?.adapt ? drive.adapt([{ ...held.fields, [name]: value }], drive.model) : drive?.model;
  }

  put(name: string, value: FieldValue): void {
    const { held, population, varying } = this.#own;
    this.#replaceEquations(this.#equationsFor(name, value));
    if (this.#changesPlace(name, value)) this.#front.programs[population]!.forget();
    this.#enliven(name);
    if (this.#wide.has(name) && typeof value === "number") this.#fill(name, value);
    else {
      this.#spread.delete(name);
      (held.fields as Record<string, FieldValue>)[name] = value;
    }
    varying?.renew();
  }

  /** Keeps the expressions that use a field in buffers from the next compilation on. */
  #enliven(name: string): void {
    const { held } = this.#own;
    if (this.declared.has(name)) return;
    this.declared.set(name, held.fields[name]!);
    held.live = usesOf(new Set(this.declared.keys()));
  }

  /** Gives every unit the same value. */
  #fill(name: string, value: number): void {
    const { held, units } = this.#own;
    this.#spread.set(name, value);
    (held.fields as Record<string, FieldValue>)[name] = new Float64Array(sizeOf(units)).fill(value);
  }

  assume(name: string, value: FieldValue): void {
    const { held } = this.#own;
    this.#assumed ??= { before: { ...held.fields }, values: [], states: [] };
    (held.fields as Record<string, FieldValue>)[name] = value;
    this.#assumed.values.push([name, value]);
    this.#assumed.states.push({ ...held.fields });
  }

  forsake(): void {
    if (this.#assumed) Object.assign(this.#own.held.fields, this.#assumed.before);
    this.#assumed = undefined;
  }

  plan(): boolean {
    const { held, population, drive } = this.#own;
    const { values = [], states = [] } = this.#assumed ?? {};
    this.forsake();
    let compiles = false;
    for (const [name, value] of values) {
      compiles ||= this.#changesPlace(name, value);
      this.#enliven(name);
      if (typeof value === "number" || typeof held.fields[name] !== "number") continue;
      this.#wide.add(name);
      this.#fill(name, held.fields[name]);
    }
    if (compiles) this.#front.programs[population]!.forget();
    return this.#replaceEquations(drive?.adapt?.([held.fields, ...states], drive.model)) || compiles;
  }

  shifts(name: string, value: FieldValue): readonly Shift[] {
    const { held, population, state } = this.#own;
    const dt = this.#dt;
    return this.#dependentsFor(name).states.map(([variable, from]) => {
      const before = evaluateFixed(from, held.fields, { dt });
      const after = evaluateFixed(from, { ...held.fields, [name]: value }, { dt });
      return { population, buffer: `${state}.${variable}`, by: difference(before, after) };
    });
  }

  reset(): boolean {
    let compiles = false;
    for (const [name, value] of this.declared) {
      compiles ||= this.compiles(name, value);
      this.put(name, value);
    }
    return this.#replaceEquations(this.#equations) || compiles;
  }

  /** Replaces the equations of a drive. Returns whether they differ from the last ones. */
  #replaceEquations(equations: SourceModel | undefined): boolean {
    const { drive, population } = this.#own;
    if (!drive || !equations || drive.model === equations) return false;
    (drive as { model: SourceModel }).model = equations;
    this.#front.programs[population]!.forget();
    return true;
  }
}

/** A read-out. Its numbers are in its filter, so nothing is compiled for them. */
class ReadoutPart implements Part {
  readonly path: string;
  readonly names: readonly string[];
  readonly declared = new Map<string, FieldValue>();
  readonly #filtered: Filtered;
  readonly #present: { tau: number | undefined; scale: number };

  constructor(filtered: Filtered) {
    const { name, tau, scale } = filtered.wired;
    this.path = `readouts.${name}`;
    this.names = tuningNames(tau);
    this.#filtered = filtered;
    this.#present = { tau, scale };
  }

  get(name: string): FieldValue | undefined {
    return this.#present[name as keyof Tuning];
  }

  read(name: string, given: unknown, place: Place): FieldValue {
    return readTuning(name, given, place);
  }

  compiles(): boolean {
    return false;
  }

  put(name: string, value: FieldValue, step: number): void {
    if (!this.declared.has(name)) this.declared.set(name, this.get(name)!);
    this.#present[name as keyof Tuning] = value as number;
    this.#filtered.filter.tune(this.#present, step);
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
    for (const [name, value] of this.declared) this.put(name, value, 0);
    return false;
  }
}

/** Numbers between this and its reciprocal fit both precisions. */
const SAFE = 1e30;

/** Whether an expression contains a count of steps. */
const makesCount = (expr: Expr): boolean => expr.op === "toInt" || expr.args.some(makesCount);

/** Whether an expression uses one of the named fields. */
const usesOf = (names: ReadonlySet<string>): ((expr: Expr) => boolean) => {
  const known = new Map<Expr, boolean>();
  const uses = (expr: Expr): boolean => {
    const before = known.get(expr);
    if (before !== undefined) return before;
    const own = (expr.op === "symbol" && expr.source === "field" && names.has(expr.name!)) || expr.args.some(uses);
    known.set(expr, own);
    return own;
  };
  return uses;
};

const difference = (a: FieldValue, b: FieldValue): FieldValue => {
  if (typeof a !== "number") return a.map((own, k) => own - (typeof b === "number" ? b : b[k]!));
  return typeof b === "number" ? a - b : b.map((own) => a - own);
};

/** All parts of a simulation. */
export const partsOf = (front: Frontend): Part[] => {
  const { populations, network } = front;
  const equated = populations.flatMap((_, population) => equatedAt(front, population));
  return [
    ...equated,
    ...(network?.ruleParts(front) ?? []),
    ...(network?.readouts ?? []).map((filtered) => new ReadoutPart(filtered)),
  ];
};

/** The parts at a population: its own equations, its synapses and their drives. */
const equatedAt = (front: Frontend, population: number): Part[] => {
  const { component, receptors, name } = front.populations[population]!;
  const { units, model, seed, path: key, varying } = component;
  const path = front.network ? `populations.${name}` : "";
  const common = { population, units };
  const roots = (): Expr[] => [model.spikes, ...equationsOf(model)];
  const own = { ...common, path, state: name, model, held: component, seed, key, varying, roots };
  const parts = [new EquatedPart(front, own)];
  for (const receptor of receptors) {
    const state = `${name}.${receptor.name}`;
    parts.push(
      new EquatedPart(front, {
        ...common,
        path: `${path}.${receptor.name}`,
        state,
        model: receptor.model,
        held: receptor,
        seed: receptor.seed,
        key: `${key}.${receptor.name}`,
        roots: () => [receptor.model.output.value, ...equationsOf(receptor.model)],
      }),
    );
    for (const { name: drive, source } of receptor.drives) {
      const wired = front.network!.built.wiring.drives.find((other) => other.name === drive)!;
      parts.push(
        new EquatedPart(front, {
          ...common,
          path: `drives.${drive}`,
          state: `${state}.${drive}`,
          model: { ...wired.drive.model, fields: source.model.fields },
          held: source,
          seed: source.seed,
          key: `brain.drives.${drive}`,
          varying: source.varying,
          drive: source,
          roots: () => [source.model.value, ...Object.values(source.model.next)],
        }),
      );
    }
  }
  return parts;
};

const equationsOf = ({ next, observables }: Pick<Declaration, "next" | "observables">): Expr[] => [
  ...Object.values(next),
  ...Object.values(observables).map(({ expr }) => expr),
];
