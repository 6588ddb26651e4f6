import type { Field, Model } from "spark-snn";
import {
  byDefault,
  choice,
  chooseGroup,
  custom,
  describe,
  fieldNumber,
  isRecord,
  optional,
  optionsSchema,
  readOptions,
  refuseUnknown,
  type Site,
  type Written,
} from "spark-snn/documents";
import { boundsNear, deriveBounds, type Scales, scaleFields } from "./bounds.ts";
import type { Bounds, Space } from "./space.ts";

/** Bounds of a parameter. */
export const boundsOf = (field: Field) => ({
  from: { ...fieldNumber(field, "Change the bound."), about: "Lower bound." },
  to: { ...fieldNumber(field, "Change the bound."), about: "Upper bound." },
  /** Default linear. */
  scale: byDefault(
    "linear",
    choice("Whether differences or factors matter.", ["linear", "log"], "Omit it for linear."),
  ),
});

/** Another parameter that gives the value. */
const tieOf = (name: string, { fields }: Model) => ({
  sameAs: choice(
    "Name of the parameter that gives the value.",
    Object.keys(fields).filter((other) => other !== name),
    "Name another parameter.",
  ),
});

/**
 * Search range of a parameter: bounds, bounds derived from the recordings (true), or the value of another parameter.
 */
export type FreeParameter = true | Written<ReturnType<typeof boundsOf>> | { readonly sameAs: string };
export type FreeParameters = Readonly<Record<string, FreeParameter>>;

/** The search range of a parameter. */
type Range = Bounds | true | { readonly sameAs: string };

const freeParameter = (name: string, model: Model) => {
  const field = model.fields[name]!;
  const bounds = boundsOf(field);
  const tie = tieOf(name, model);
  const unit = unitText(field) && `,${unitText(field)}`;
  return custom<FreeParameter, Range>({
    about: field.description,
    unit: field.unit,
    takes: "{ from, to }, { sameAs } or true",
    schema: {
      description: field.description,
      anyOf: [
        { description: "Within bounds that follow from the recordings, or are around the value.", const: true },
        optionsSchema(bounds, "Within bounds."),
        optionsSchema(tie, "The value of another parameter."),
      ],
    },
    read: (value, site) => {
      if (value === true) return value;
      if (!isRecord(value)) {
        const example = site.place.say({ code: "{ from: LOW, to: HIGH }", document: '{ "from": LOW, "to": HIGH }' });
        return site.refuse(
          `takes { from, to }, { sameAs } or true; received ${describe(value)}. Write ${example}${unit}, or put a value ${fixedPlace(site)}.`,
        );
      }
      const { key, given } = chooseGroup(value, [["from", "to", "scale"], ["sameAs"]], site);
      return key === "sameAs" ? readOptions(tie, given, site) : readBounds(bounds, given, field, site);
    },
  });
};

const unitText = ({ unit }: Field): string => (unit === "1" ? "" : ` in ${unit}`);

/** Where the fixed values are. */
const fixedPlace = ({ place }: Site): string => place.say({ code: "under fixed", document: "into model" });

/** The options of `free` for a soma. */
export const freeOptions = (model: Model) =>
  Object.fromEntries(Object.keys(model.fields).map((name) => [name, optional(freeParameter(name, model))]));

/** The fixed values of a soma. */
export const fixedOptions = ({ fields }: Model) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optional(fieldNumber(field))]));

/** Input for reading a search space. */
export interface SpaceRequest {
  readonly model: Model;
  /** Default: all parameters that the data can constrain. */
  readonly free: unknown;
  /** Values of parameters that are not free. Others have the defaults of the model. */
  readonly fixed: Readonly<Record<string, number>>;
  /** Values that bounds are around if they do not follow from the recordings. */
  readonly values: Readonly<Record<string, number>>;
  readonly scales: Scales;
  /** Whether potentials are compared, which constrains the parameters that spike times do not. */
  readonly voltage: boolean;
}

/** Reads the free parameters. */
export const readSpace = (request: SpaceRequest, site: Site): Space | undefined => {
  const { model, scales } = request;
  const before = site.issues.length;
  const given = request.free === undefined ? everything(request) : request.free;
  if (!isRecord(given)) {
    const example = site.place.say({
      code: "{ threshold: { from: -50, to: -20 } }",
      document: '{ "threshold": { "from": -50, "to": -20 } }',
    });
    return site.refuse(
      `takes an object such as ${example}; received ${describe(given)}. Name parameters of ${model.name}.`,
    );
  }
  const declared = freeOptions(model);
  refuseUnknown(given, Object.keys(declared), site);
  const names: string[] = [];
  const bounds: Bounds[] = [];
  const ties: Record<string, string> = {};
  // The order of the parameters is that of the coordinates of a point.
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(declared, name)) continue;
    const own = site.at(name);
    const range = declared[name]!.read(value, own);
    if (range === undefined) continue;
    if (range !== true && "sameAs" in range) {
      refuseTieOfTie(range.sameAs, given, own.at("sameAs"));
      ties[name] = range.sameAs;
      continue;
    }
    const found = range === true ? boundsNear(model, name, scales, request.values[name]!) : range;
    if (found) {
      names.push(name);
      bounds.push(found);
    } else
      own.refuse(
        `has no bounds that follow from the recordings or its value, ${request.values[name]}. Give { from, to }${unitText(model.fields[name]!)}.`,
      );
  }
  if (names.length === 0 && site.issues.length === before) {
    site.refuse(
      request.free === undefined
        ? `is missing, and no bounds of ${model.name} follow from the recordings. Name parameters, such as ${exampleOf(model, site)}.`
        : "must contain at least one parameter with bounds; received none. Name one.",
    );
  }
  const fixed = Object.fromEntries(
    Object.entries(request.fixed).filter(([name]) => !names.includes(name) && !Object.hasOwn(ties, name)),
  );
  return site.issues.length > before ? undefined : { names, bounds, ties, fixed };
};

const exampleOf = ({ fields }: Model, { place }: Site): string => {
  const [name = "tau"] = Object.keys(fields);
  return place.say({
    code: `{ ${name}: { from: LOW, to: HIGH } }`,
    document: `{ "${name}": { "from": LOW, "to": HIGH } }`,
  });
};

/** Every parameter that the recordings can constrain and that is not fixed. */
const everything = ({ model, fixed, scales, voltage }: SpaceRequest): FreeParameters =>
  Object.fromEntries(
    Object.keys(model.fields)
      .filter((name) => !Object.hasOwn(fixed, name) && (voltage || !scaleFields.includes(name)))
      .filter((name) => deriveBounds(model, name, scales) !== undefined)
      .map((name) => [name, true as const]),
  );

const refuseTieOfTie = (name: string, given: Readonly<Record<string, unknown>>, site: Site): void => {
  const other = given[name];
  if (!isRecord(other) || other["sameAs"] === undefined) return;
  site.refuse(
    `must be a parameter with its own value; received "${name}", which has the value of ${describe(other["sameAs"])}. Name that one.`,
  );
};

const readBounds = (
  declared: ReturnType<typeof boundsOf>,
  given: Readonly<Record<string, unknown>>,
  { unit }: Field,
  site: Site,
): Bounds | undefined => {
  const read = readOptions(declared, given, site);
  if (!read) return undefined;
  const { from, to, scale } = read;
  const text = (value: number): string => (unit === "1" ? `${value}` : `${value} ${unit}`);
  if (from >= to) {
    const remedy = `Put fixed values ${fixedPlace(site)}.`;
    return site.at("to").refuse(`must be greater than from, ${text(from)}; received ${text(to)}. ${remedy}`);
  }
  if (scale === "linear" || from > 0) return read;
  return site
    .at("from")
    .refuse(`must be greater than 0 on a log scale; received ${text(from)}. Change it, or use a linear scale.`);
};
