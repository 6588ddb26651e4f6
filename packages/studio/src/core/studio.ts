import type { Catalogue } from "./catalogue.ts";
import type { Files } from "./files-of.ts";
import { type Command, type History, history } from "./history.ts";
import type { JsonObject } from "./json.ts";
import { followLinks } from "./links.ts";
import { type Plots, plotsOf } from "./plots.ts";
import type { Problem } from "./protocol.ts";
import { type Readable, type Writable, writable } from "./readable.ts";
import { type StartedEngine, type StudioSession, studioSession } from "./session.ts";
import { type StudioSweep, studioSweep } from "./sweep.ts";
import { type Transport, transportOf } from "./transport.ts";

/** Everything that the page shows and changes. The views read it and call its functions; they hold no state of their own. */
export interface Studio {
  readonly history: History;
  readonly document: Readable<JsonObject>;
  readonly session: StudioSession;
  /** Undefined until the engine has described the models. */
  readonly catalogue: Readable<Catalogue | undefined>;
  /** Problems of the present document. */
  readonly problems: Readable<readonly Problem[]>;
  /** Unusual values of the present document, as sentences. */
  readonly warnings: Readable<readonly string[]>;
  /** Identities of the selected nodes and edges, such as "populations.excitatory". */
  readonly selection: Writable<readonly string[]>;
  /** Grows each time that another document replaces the present one as a whole. */
  readonly opened: Writable<number>;
  readonly sweep: StudioSweep;
  readonly transport: Transport;
  readonly plots: Plots;
  /** Present rates by the identity of the population, such as "populations.excitatory" or "model", Hz. */
  readonly rates: Readable<Readonly<Record<string, number>>>;
  run(command: Command): boolean;
}

/** Delay between a change and its check, ms. */
const checkDelay = 120;

/** Opens a studio with a document. `start` starts an engine. */
export const studio = (document: JsonObject, start: () => StartedEngine, threads: number): Studio => {
  const log = history(document, "Open");
  const session = studioSession(start, threads);
  const catalogue = writable<Catalogue | undefined>(undefined);
  const problems = writable<readonly Problem[]>([]);
  const warnings = writable<readonly string[]>([]);
  const check = async (checked: JsonObject): Promise<void> => {
    const result = await session.client.call("check", checked);
    if (log.document.get() !== checked) return;
    problems.set(result.problems);
    warnings.set(result.warnings);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  log.document.subscribe((next) => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(next).catch(() => undefined), checkDelay);
  });
  const attach = async (files: Files): Promise<void> => {
    await session.attach(files);
    await check(log.document.get());
  };
  log.files.subscribe((files) => void attach(files).catch(() => undefined));
  const describe = async (): Promise<void> => {
    const described = catalogue.get() ?? (await session.client.call("catalogue"));
    catalogue.set(described);
    const sources = await session.client.call("sources");
    catalogue.set({ ...described, somas: described.somas.map((entry) => ({ ...entry, source: sources[entry.name] })) });
  };
  // Stopping a build ends the engine, and what it was asked; the next engine is asked again.
  const describeAgain = async (attempts: number): Promise<void> => {
    try {
      await describe();
    } catch {
      if (attempts > 1) await describeAgain(attempts - 1);
    }
  };
  void describeAgain(5);
  const selection = writable<readonly string[]>([]);
  const plots = plotsOf(session);
  const made: Omit<Studio, "sweep"> = {
    history: log,
    document: log.document,
    session,
    catalogue,
    problems,
    warnings,
    selection,
    opened: writable(0),
    transport: transportOf({ history: log, session, selection, catalogue, problems }),
    plots,
    rates: plots.rates,
    run: (command) => log.run({ ...command, apply: (before) => followLinks(before, command.apply(before)) }),
  };
  return { ...made, sweep: studioSweep(made, start) };
};
