import { Place, Site } from "../config/place.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Brain } from "../graph/brain.ts";
import type { Populations } from "../graph/brain-options.ts";
import type { Readouts } from "../graph/readout.ts";
import type { Component } from "../model/component.ts";
import type { Checked, Frontend, RunRequest } from "./frontend.ts";
import type { Runnable } from "./model.ts";
import { checkComponent, type GivenRun, type GivenSettings, readSettings, type Settings } from "./options.ts";
import { checkSingle, surveySingle } from "./single.ts";

/** A model with its options, checked as far as possible without drawing values. */
export interface Prepared<M = Runnable> {
  /** Carries the type of the model; never present at run time. */
  readonly of?: M;
  readonly settings: Settings;
  /** The options of a run from the start; call it once per run. @throws ConfigError that lists every problem */
  request(): Promise<RunRequest>;
  /** See `Checked`. */
  readonly choose: Checked["choose"];
  /** Draws all values, once. @throws ConfigError that lists every problem that only drawing reveals */
  build(): Frontend;
}

/** Loaded for networks only, because a page with one population does not need this code. */
const networks = (): Promise<typeof import("./network.ts")> => import("./network.ts");

export const isBrain = (value: unknown): value is Brain<Populations, Readouts> =>
  typeof value === "object" && value !== null && (value as { readonly kind?: unknown }).kind === "brain";

/** Checks a model with validated settings. @throws ConfigError, ShapeError */
export const checkModel = async (
  model: unknown,
  settings: Settings,
  options: GivenSettings & GivenRun,
  issues: Issue[],
): Promise<Checked> =>
  isBrain(model)
    ? ((await networks()).prepareNetwork(model, settings, options, issues) as unknown as Checked)
    : checkSingle(surveySingle(model as Component, settings, options.inputs), settings, options, issues);

const settingsOf = async (model: unknown, options: GivenSettings, site: Site): Promise<Settings> => {
  if (!isBrain(model)) {
    const { model: declared, config } = model as Component;
    return readSettings(declared.name, config, options, site);
  }
  const { commonOf } = await networks();
  return readSettings(model.name, commonOf(model, site.issues), options, site);
};

/**
 * Reads a model and its options for `where`, such as "simulate". Nothing is drawn.
 * @throws ConfigError that lists every problem of the model and its settings; ShapeError
 */
export const prepare = async (
  where: string,
  model: unknown,
  options: GivenSettings & GivenRun,
  keys: readonly string[],
): Promise<Prepared> => {
  const place = new Place([where]);
  if (!isBrain(model)) checkComponent(place, model);
  const issues: Issue[] = [];
  const site = new Site(place, issues, undefined);
  refuseUnknown(options, keys, site);
  const settings = await settingsOf(model, options, site);
  let checked: Checked;
  try {
    checked = await checkModel(model, settings, options, issues);
  } catch (error) {
    throw together(issues, error);
  }
  let front: Frontend | undefined;
  return {
    settings,
    request: () => checked.readRun(place, options, 0, [...issues]),
    choose: checked.choose,
    build: () => {
      if (issues.length > 0) throw new ConfigError(issues);
      try {
        front ??= checked.build();
        return front;
      } catch (error) {
        throw together(issues, error);
      }
    },
  };
};

/** Combines issues with an error; the earlier issues come first. */
const together = (issues: readonly Issue[], error: unknown): unknown => {
  if (error instanceof ConfigError) return new ConfigError([...issues, ...error.issues]);
  return issues.length > 0 ? new ConfigError(issues) : error;
};
