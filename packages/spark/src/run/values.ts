import { suggestName } from "../config/nearest-name.ts";
import { Place } from "../config/place.ts";
import { ConfigError, StateError } from "../errors/errors.ts";
import type { Frontend, NetworkParts } from "./frontend.ts";
import type { Change } from "./model.ts";
import { type FieldValue, type Part, partsOf, type Shift } from "./parameters.ts";

/** A parameter. */
interface Target {
  readonly part: Part;
  readonly name: string;
  /** Other projections and drives that act through the same synapse, if the path names it by one of them. */
  readonly others?: readonly string[];
}

/** A checked value for a parameter. */
interface Setting extends Target {
  readonly path: string;
  readonly value: FieldValue;
}

/** The parameters of a simulation by path, and their changes. */
export class LiveValues {
  readonly #front: Frontend;
  #parts: readonly Part[] = [];
  /** What each path names. A short path may name several parameters. */
  #targets: ReadonlyMap<string, readonly Target[]> | undefined;
  /** Whether a parameter was ever set. */
  touched = false;
  /** Whether the machine lacks values. */
  unwritten = false;
  /** Shifts of the state that the machine lacks. */
  shifts: Shift[] = [];
  /** Changes during a run, which wait for the end of the chunk. */
  #waiting: Setting[] = [];
  /** Changes since the start, the last reset or the last restore. */
  log: Change[] = [];

  constructor(front: Frontend) {
    this.#front = front;
  }

  /** Takes the shifts of the state out of the list. */
  takeShifts(): readonly Shift[] {
    const { shifts } = this;
    this.shifts = [];
    return shifts;
  }

  /** Returns a copy of the present value. @throws ConfigError for an unknown path */
  get(path: string): FieldValue {
    const place = placeOf("get", path);
    const { part, name } = this.#find(path, place);
    const set = this.#waiting.findLast((setting) => setting.part === part && setting.name === name);
    const value = set?.value ?? part.get(name);
    if (value !== undefined) return copyOf(value);
    throw new ConfigError(place.issue("changes over time, because it was declared with a series. Read that series."));
  }

  /**
   * Sets a parameter from a step on; during a run, from the next call of `apply` on. Returns whether a population must be
   * compiled again.
   * @throws ConfigError, ShapeError for an unknown path or an invalid value, StateError if a population would have to be
   * compiled during a run; without any effect
   */
  set(path: string, given: unknown, step: number, running: boolean): boolean {
    const place = placeOf("set", path);
    const { part, name } = this.#find(path, place);
    const value = part.read(name, given, place);
    const compiles = part.compiles(name, value);
    if (running && compiles) {
      const remedy = "Set it once before the run; later changes compile nothing.";
      throw new StateError(`${place.path} is a constant of the compiled code, so a run cannot change it. ${remedy}`);
    }
    this.#waiting.push({ part, name, value, path });
    if (!running) this.apply(step);
    return compiles;
  }

  /** Applies the changes that wait, from a step on. Returns whether there were any. */
  apply(step: number): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { part, name, value, path } of waiting) {
      this.shifts.push(...part.shifts(name, value));
      this.#put({ part, name, value }, step);
      this.log.push({ step, path, value: copyOf(value) });
    }
    return waiting.length > 0;
  }

  /** Returns all parameters to their declared values. Returns whether a population must be compiled again. */
  reset(): boolean {
    const compiled = this.#parts.map((part) => part.reset());
    this.unwritten = this.touched;
    this.shifts = [];
    this.#waiting = [];
    this.log = [];
    return compiled.includes(true);
  }

  /** The parameters that differ from their declared values, by path; undefined if there are none. */
  save(): Record<string, FieldValue> | undefined {
    const saved = this.#parts.flatMap((part) =>
      [...part.declared].flatMap(([name, value]): [string, FieldValue][] => {
        const present = part.get(name)!;
        return present === value ? [] : [[joined(part.path, name), copyOf(present)]];
      }),
    );
    return saved.length > 0 ? Object.fromEntries(saved) : undefined;
  }

  /**
   * Loads what `save` returned. Returns whether a population must be compiled again.
   * @throws ConfigError, ShapeError without any effect
   */
  load(saved: Readonly<Record<string, unknown>>): boolean {
    const read = Object.entries(saved).map(([path, given]) => {
      const place = placeOf("snapshot.values", path);
      const { part, name } = this.#find(path, place);
      return { part, name, value: part.read(name, given, place) };
    });
    let compiled = this.reset();
    for (const put of read) {
      compiled ||= put.part.compiles(put.name, put.value);
      this.#put(put, 0);
    }
    return compiled;
  }

  #put({ part, name, value }: Target & { readonly value: FieldValue }, step: number): void {
    part.put(name, value, step);
    this.touched = true;
    this.unwritten = true;
  }

  #find(path: string, place: Place): Target {
    if (!this.#targets) {
      this.#parts = partsOf(this.#front);
      this.#targets = targetsOf(this.#parts, this.#front.network);
    }
    const found = this.#targets.get(path) ?? [];
    const { part, name, others = [] } = found[0] ?? {};
    if (found.length === 1 && others.length === 0) return found[0]!;
    if (found.length === 1) {
      const full = joined(part!.path, name!);
      throw new ConfigError(
        place.issue(
          `belongs to a synapse shared with ${others.join(", ")}. Write "${full}" to change it for all of them.`,
        ),
      );
    }
    if (found.length > 1) {
      const full = found.map((target) => `"${joined(target.part.path, target.name)}"`);
      throw new ConfigError(place.issue(`names several parameters. Write ${full.join(" or ")}.`));
    }
    const hint = builtIn(path, this.#front) ?? suggestName(path, [...this.#targets.keys()].filter(isShort));
    throw new ConfigError(place.issue(`is unknown. ${hint}`));
  }
}

const copyOf = (value: FieldValue): FieldValue => (typeof value === "number" ? value : value.slice());
const joined = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
const placeOf = (call: string, path: unknown): Place => new Place([call, ...`${path}`.split(".")]);

const FULL = /^(populations|projections|drives|readouts)\./;
const isShort = (path: string): boolean => !FULL.test(path);

/** All paths of parameters: in full, and without the kind of the part. */
const targetsOf = (parts: readonly Part[], network: NetworkParts | undefined): Map<string, Target[]> => {
  const targets = new Map<string, Target[]>();
  const add = (path: string, target: Target): void => {
    for (const key of new Set([path, path.replace(FULL, "")])) targets.set(key, [...(targets.get(key) ?? []), target]);
  };
  for (const part of parts) for (const name of part.names) add(joined(part.path, name), { part, name });
  const { populations = [], projections = [], drives = [] } = network?.built.wiring ?? {};
  for (const { name: projection, target, receptor } of projections) {
    const { name: population, receptors } = populations[target]!;
    const part = parts.find(({ path }) => path === `populations.${population}.${receptors[receptor]!.name}`)!;
    const users = [...projections, ...drives].filter((user) => user.target === target && user.receptor === receptor);
    const others = users.map((user) => user.name).filter((name) => name !== projection);
    for (const name of part.names) add(`projections.${projection}.synapse.${name}`, { part, name, others });
  }
  return targets;
};

/** The hint for a path of something that is built once, or that another method changes. */
const builtIn = (path: string, { network, populations }: Frontend): string | undefined => {
  const keys = path.replace(FULL, "").split(".");
  const last = keys.at(-1)!;
  const projection = network?.built.wiring.projections.find(({ name }) => name === keys[0])?.name;
  if (projection !== undefined && (last === "weight" || last === "weights")) {
    return `Weights belong to the synapses: use weights("${projection}").write(…).`;
  }
  const isProjection = projection !== undefined && ["delay", "connect", "from", "to", "layout"].includes(last);
  const isPopulation =
    ["units", "dt", "dtype", "seed", "inhibitory"].includes(last) &&
    (keys.length === 1 || populations.some(({ name }) => name === keys[0]));
  if (!isProjection && !isPopulation) return undefined;
  return `${last} decides how the simulation is built, so it cannot change later. Compile again with another value.`;
};
