import { readOptions } from "../config/options.ts";
import type { Place, Site } from "../config/place.ts";
import { describe, isRecord, sizeOf } from "../config/shape.ts";
import { timeOfStep } from "../config/time.ts";
import { issuesOf } from "../errors/errors.ts";
import type { SurveyedPopulation } from "../graph/build.ts";
import type { Wiring } from "../graph/wiring.ts";
import type { RecordPlan } from "../record/plan.ts";
import { changeOptions } from "./change-options.ts";
import { readInjection } from "./injection.ts";
import { findTarget, type NamedPart, placeOfPath, type Target, type Targets, targetsOf } from "./paths.ts";
import { readRuleSetting, readSynapticSetting } from "./rule-setting.ts";
import { type Fielded, readSetting, readTuning, tuningNames } from "./setting.ts";
import { checkTrigger, type TriggerAction, triggerNames } from "./triggers.ts";
import { type PlannedWeights, readWeights } from "./weight-changes.ts";

/* Changes that a run makes at chosen steps. They are read before any value is drawn. */

/** A change of a run. Its values are checked, except for what depends on drawn values. */
export interface PlannedChange {
  /** The first step that it acts on, counted from 0. */
  readonly step: number;
  readonly place: Place;
  readonly set: readonly (readonly [path: string, value: unknown])[];
  readonly weights: readonly PlannedWeights[];
  /** Units that emit a spike in the step, by index of the population. */
  readonly inject: readonly (readonly [population: number, units: readonly number[]])[];
  /** Triggers of records to start or stop. */
  readonly trigger: readonly (readonly [name: string, action: TriggerAction])[];
}

/** What changes refer to. */
export interface ChangeSpan {
  readonly populations: readonly SurveyedPopulation[];
  /** Absent for a single component. */
  readonly wiring?: Wiring;
  /** The records of the run, which may have triggers. */
  readonly records: readonly RecordPlan[];
  /** ms */
  readonly dt: number;
  /** Steps before the run. */
  readonly before: number;
  /** Steps of the run; 0 if the duration is invalid. */
  readonly steps: number;
}

/** Reads the changes of a run, sorted by time. Adds all problems to the issues. */
export const readChanges = (given: unknown, span: ChangeSpan, site: Site): PlannedChange[] => {
  if (!Array.isArray(given)) {
    site.refuse(`takes a list of changes; received ${describe(given)}. Write [${exampleFor(site.place)}].`);
    return [];
  }
  const { populations, wiring } = span;
  const targets = targetsOf(partsOf(span), wiring);
  const changes = given.flatMap((one: unknown, k): PlannedChange[] => {
    const own = site.at(k);
    if (!isRecord(one)) {
      own.refuse(`takes an object such as ${exampleFor(own.place)}; received ${describe(one)}. Give one.`);
      return [];
    }
    const read = readOptions(changeOptions, one, own);
    const step = read && stepOf(read.at, span, own.at("at"));
    const parts = [read?.set, read?.weights, read?.inject, read?.trigger];
    const isEmpty = parts.every((part) => Object.keys(part ?? {}).length === 0);
    if (read && isEmpty) own.refuse("changes nothing. Give set, weights, inject or trigger.");
    const set = Object.entries(isRecord(one["set"]) ? one["set"] : {});
    for (const [path, value] of set) checkSet(targets, { populations, wiring }, path, value, own.at("set"));
    const named = Object.entries(isRecord(one["inject"]) ? one["inject"] : {});
    const within = { populations: populations.map(({ name, component }) => ({ name, component })), network: wiring };
    const inject = named.flatMap(([name, list]) => {
      const found = readInjection(name, list, within, own.at("inject"));
      return found ? [found] : [];
    });
    const weights = readWeights(one["weights"], wiring, own.at("weights"));
    const started = Object.entries(isRecord(one["trigger"]) ? one["trigger"] : {});
    const trigger = started.flatMap(([name, action]): PlannedChange["trigger"][number][] =>
      checkTrigger(name, action, triggerNames(span.records), own.at("trigger"))
        ? [[name, action as TriggerAction]]
        : [],
    );
    return step === undefined ? [] : [{ step, place: own.place, set, weights, inject, trigger }];
  });
  return changes.sort((a, b) => a.step - b.step);
};

const exampleFor = (place: Place): string =>
  place.say({ code: "{ at: 500, set: { … } }", document: '{ "at": 500, "set": { … } }' });

const checkSet = (
  targets: Targets<SurveyedPart>,
  model: Parameters<typeof findTarget>[1],
  path: string,
  value: unknown,
  { place, issues }: Site,
): void => {
  const own = placeOfPath(place, path);
  try {
    const { part, name }: Target<SurveyedPart> = findTarget(targets, model, path, own);
    part.check(name, value, own);
  } catch (error) {
    issues.push(...issuesOf(error));
  }
};

/** The step that begins at a time. Undefined, with an issue, if there is none in the run. */
const stepOf = (at: number, { dt, before, steps }: ChangeSpan, site: Site): number | undefined => {
  const step = Math.round(at / dt);
  if (Math.abs(at / dt - step) > 1e-9 * Math.max(step, 1)) {
    return site.refuse(
      `must be at a whole number of steps of ${dt} ms; received ${at} ms. The nearest is ${timeOfStep(step, dt)} ms.`,
    );
  }
  if (steps > 0 && (step < before || step >= before + steps)) {
    const [first, end] = [before, before + steps].map((edge) => timeOfStep(edge, dt));
    return site.refuse(
      `must be in the run, at ${first} ms or later and before ${end} ms; received ${at} ms. Give another time.`,
    );
  }
  return step;
};

/** A part with parameters, before values are drawn. */
interface SurveyedPart extends NamedPart {
  /** Checks a value without drawing. @throws ConfigError, ShapeError */
  check(name: string, given: unknown, place: Place): void;
}

const fielded = (path: string, own: Fielded): SurveyedPart => ({
  path,
  names: Object.keys(own.fields),
  check: (name, given, place) => void readSetting(own, name, given, place),
});

const partsOf = ({ populations, wiring }: ChangeSpan): SurveyedPart[] => {
  const equated = populations.flatMap(({ name, component: { model, units, varying }, receptors }) => {
    const path = wiring ? `populations.${name}` : "";
    const synapses = receptors.flatMap((receptor) => {
      const drives = receptor.drives.map((drive) =>
        fielded(`drives.${drive.name}`, { fields: driveFields(wiring!, drive.name), units, varying: drive.varying }),
      );
      const { fields } = receptor.model;
      return [fielded(`${path}.${receptor.name}`, { fields, units, varying: undefined }), ...drives];
    });
    return [fielded(path, { fields: model.fields, units, varying }), ...synapses];
  });
  const readouts = (wiring?.readouts ?? []).map(
    ({ name, tau }): SurveyedPart => ({
      path: `readouts.${name}`,
      names: tuningNames(tau),
      check: (own, given, place) => void readTuning(own, given, place),
    }),
  );
  const rules = (wiring?.projections ?? []).flatMap((wired): SurveyedPart[] => {
    const { name, target, plasticity, ruleFields, synaptic } = wired;
    if (!plasticity) return [];
    const { name: population, component } = populations[target]!;
    const to = { name: population, units: sizeOf(component.units) };
    const ruled = { model: plasticity.model, fields: ruleFields!, target: to };
    return [
      {
        path: `projections.${name}.plasticity`,
        names: Object.keys(plasticity.model.fields),
        check: (own, given, place) => {
          if (Object.hasOwn(synaptic, own)) readSynapticSetting(plasticity.model, own, given, place, undefined);
          else readRuleSetting(ruled, own, given, place);
        },
      },
    ];
  });
  return [...equated, ...rules, ...readouts];
};

const driveFields = ({ drives }: Wiring, drive: string): Fielded["fields"] =>
  drives.find(({ name }) => name === drive)!.drive.model.fields;
