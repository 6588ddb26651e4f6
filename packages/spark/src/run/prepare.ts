import { Place, Site } from "../config/place.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { ConfigError, type Issue, ShapeError } from "../errors/errors.ts";
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

/** The problems of a model and its options, and the error that reports them. */
export interface Refused {
  readonly issues: readonly Issue[];
  readonly error: ConfigError | ShapeError;
}

/** A checked model as a prepared experiment. The first run uses the request that was read with the model, if any. */
export const preparedOf = <M>(
  checked: Checked,
  first: RunRequest | undefined,
  readAgain: () => Promise<RunRequest>,
  build: () => Frontend = () => checked.build(),
): Prepared<M> => {
  let read = first;
  return {
    settings: checked.settings,
    request: async () => {
      const request = read ?? (await readAgain());
      read = undefined;
      return request;
    },
    choose: checked.choose,
    build,
  };
};

/**
 * Reads a model and its options for `where`, such as "simulate", and the run too if `keys` has options of runs. Nothing
 * is drawn. Returns either all problems or a prepared experiment.
 */
export const prepare = async (
  where: string,
  model: unknown,
  options: GivenSettings & GivenRun,
  keys: readonly string[],
): Promise<Prepared | Refused> => {
  const site = new Site(new Place([where]), [], undefined);
  const { place, issues } = site;
  try {
    if (!isBrain(model)) checkComponent(place, model);
    refuseUnknown(options, keys, site);
    const checked = await checkModel(model, await settingsOf(model, options, site), options, issues);
    const readRun = (): Promise<RunRequest> => checked.readRun(place, options, 0, []);
    const first = keys.includes("duration") ? await readRun() : undefined;
    if (issues.length === 0) return preparedOf(checked, first, readRun);
  } catch (error) {
    if (error instanceof ConfigError) issues.push(...error.issues);
    else if (issues.length === 0) {
      if (!(error instanceof ShapeError && error.issue)) throw error;
      return { issues: [error.issue], error };
    }
  }
  return { issues, error: new ConfigError(issues) };
};
