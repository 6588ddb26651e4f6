import type { Expr } from "../expr/expr.ts";
import { sharer } from "../expr/share.ts";
import type { BuiltBrain, BuiltPopulation, BuiltReceptor } from "../graph/build.ts";
import type { Built } from "../model/component.ts";
import type { CombinedModel, PlasticityModel } from "../model/rule-model.ts";

/** Fingerprints of the parts of a simulation, such as "populations.soma" and "projections.ab". */
export type Fingerprints = Readonly<Record<string, string>>;

/** A hash of plain data: FNV-1a in two halves. It detects mistakes, not attacks. */
class Hash {
  #first = 0x811c9dc5;
  #second = 0x2c1b3c6d;
  readonly #cell = new Float64Array(1);
  readonly #halves = new Int32Array(this.#cell.buffer);
  readonly #known = new Map<object, number>();
  readonly #shared = sharer();

  /**
   * Adds data. Objects that occur again are added once, and so are equal expressions: a text can share other parts than
   * the code that declared the same equations. Functions are ignored.
   */
  add(value: unknown): void {
    if (typeof value === "number") this.#number(value);
    else if (typeof value === "string") this.#text(value);
    else if (typeof value !== "object" || value === null) this.#text(`${value}`);
    else if (ArrayBuffer.isView(value) || Array.isArray(value)) this.#list(value as ArrayLike<unknown>);
    else this.#object(value as Readonly<Record<string, unknown>>);
  }

  #list(values: ArrayLike<unknown>): void {
    this.#text("[");
    this.#number(values.length);
    for (let k = 0; k < values.length; k++) this.add(values[k]);
  }

  #object(given: Readonly<Record<string, unknown>>): void {
    const value = isExpr(given) ? (this.#shared(given) as object as typeof given) : given;
    const known = this.#known.get(value);
    if (known !== undefined) {
      this.#number(known);
      return;
    }
    this.#known.set(value, this.#known.size);
    for (const key of Object.keys(value).sort()) {
      const part = value[key];
      if (part === undefined || typeof part === "function") continue;
      this.#text(key);
      this.add(part);
    }
    this.#text("}");
  }

  #number(value: number): void {
    this.#cell[0] = value;
    this.#word(this.#halves[0]!);
    this.#word(this.#halves[1]!);
  }

  #text(text: string): void {
    for (let k = 0; k < text.length; k++) this.#word(text.charCodeAt(k));
    this.#word(-1);
  }

  #word(word: number): void {
    this.#first = Math.imul(this.#first ^ word, 0x01000193) ^ (this.#first >>> 13);
    this.#second = Math.imul(this.#second ^ word, 0x01000193) ^ (this.#second >>> 15);
  }

  get value(): string {
    return [this.#first, this.#second].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

const isExpr = (value: object): value is Expr => "op" in value && "args" in value;

const hashOf = (value: unknown): string => {
  const hash = new Hash();
  hash.add(value);
  return hash.value;
};

type Equated = Pick<Built, "fields" | "seed"> & {
  readonly model: Partial<Pick<Built["model"], "next" | "state">> & { readonly name: string };
};

/** Equations and values. Values that change over time count as inputs, which a restored simulation may change. */
const valuesOf = ({ fields, seed, model }: Equated) => ({
  name: model.name,
  next: model.next,
  spikes: (model as { readonly spikes?: unknown }).spikes,
  from: Object.values(model.state ?? {}).map(({ from }) => from),
  fields,
  seed,
});

const driveOf = (source: BuiltReceptor["drives"][number]["source"]) =>
  // The equations of a drive depend on its values, also on those that change over time.
  source.varying
    ? { name: source.model.name, fields: source.fields, seed: source.seed }
    : { ...valuesOf(source), value: source.model.value };

const populationOf = ({ component, receptors, inhibitory }: BuiltPopulation) => ({
  ...valuesOf(component),
  inhibitory,
  receptors: receptors.map((receptor) => ({
    ...valuesOf(receptor),
    key: receptor.name,
    output: receptor.model.output,
    port: receptor.port,
    drives: receptor.drives.map(({ name, source }) => [name, driveOf(source)]),
  })),
});

/** Fingerprints of everything that decides how a simulation continues, except its inputs. */
export const fingerprintsOf = (
  populations: readonly BuiltPopulation[],
  network?: Pick<BuiltBrain, "wiring" | "positions" | "dt">,
): Fingerprints => {
  const prints: Record<string, string> = {};
  for (const population of populations) prints[`populations.${population.name}`] = hashOf(populationOf(population));
  if (!network) return prints;
  const { wiring, positions, dt } = network;
  for (const {
    name,
    source,
    target,
    receptor,
    rule,
    weight,
    delay = dt,
    plasticity,
    ruleFields,
    synaptic,
  } of wiring.projections) {
    const places = rule.byDistance || byDistance(weight) || byDistance(delay);
    const ends = [source, target].map((end) => (places ? positions[populations[end]!.name] : undefined));
    const { name: connect, options } = rule;
    const learns = plasticity && {
      ...equationsOf(plasticity.model),
      fields: ruleFields,
      ...(Object.keys(synaptic).length > 0 && { synaptic }),
    };
    prints[`projections.${name}`] = hashOf({ source, target, receptor, connect, options, weight, delay, ends, learns });
  }
  for (const { name, ...readout } of wiring.readouts) prints[`readouts.${name}`] = hashOf(readout);
  for (const { name, ...signal } of wiring.signals) prints[`signals.${name}`] = hashOf(signal);
  return prints;
};

/** The equations of a rule. Snapshots of rules without later features keep their fingerprint of earlier versions. */
const equationsOf = (model: PlasticityModel) => {
  const { gather, follow, settle, ...moments } = model.moments;
  const present = (part: object): object | undefined => (Object.keys(part).length > 0 ? part : undefined);
  return {
    moments: { ...moments, gather: present(gather), follow: present(follow), settle: present(settle) },
    only: model.only,
    target: present(model.target),
    delayed: present(model.delayed),
    every: model.every,
    ...(model.factor !== undefined && { factor: model.factor }),
    ends: (model as Partial<CombinedModel>).ends,
  };
};

const byDistance = (values: unknown): boolean =>
  typeof values === "object" && values !== null && "byDistance" in values;
