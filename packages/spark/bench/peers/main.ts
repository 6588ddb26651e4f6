import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeMachine } from "../machine.ts";
import { measureAgreement } from "./agreement.ts";
import { agreementText } from "./agreement-report.ts";
import { Environments } from "./candidates.ts";
import { checkSpikes } from "./check.ts";
import { environmentNames } from "./environments.ts";
import { ratesFigure } from "./figure.ts";
import { candidatesOf, cellsOf, measureCell, type Outcome } from "./measure.ts";
import { type NetworkPage, networkFigure, networkText } from "./network-report.ts";
import { measureNetwork, type NetworkCase, type NetworkOutcome, networkCases, tiny } from "./networks.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { findPython, preferred } from "./python.ts";
import { type Report, reportText, type SpikeCheck } from "./report.ts";
import { sizeText } from "./table.ts";

const say = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};

const folder = fileURLToPath(new URL("../../../../docs/benchmarks/", import.meta.url));
/** Writes a file of docs/benchmarks under a temporary name and renames it. */
const keep = (name: string, text: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.partial`, text);
  renameSync(`${folder}${name}.partial`, `${folder}${name}`);
  say(`written: docs/benchmarks/${name}`);
};

const measureSpeed = async (options: Options, environments: Environments, date: string): Promise<Report> => {
  const chosen = candidatesOf(options.peers);
  const checks: SpikeCheck[] = [];
  for (const candidate of chosen) {
    for (const model of options.models) {
      const check = await checkSpikes(candidate, model, environments, options.limit * 4);
      if (!check) continue;
      checks.push(check);
      say(`spikes of ${check.candidate}, ${model}: ${check.sentence}`);
    }
  }
  const outcomes: Outcome[] = [];
  const cells = cellsOf(options);
  for (const [k, cell] of cells.entries()) {
    say(
      `${k + 1} of ${cells.length}: ${cell.model}, ${sizeText(cell.units)} units, ${cell.threads} thread(s), ${cell.mode}`,
    );
    outcomes.push(...(await measureCell(cell, chosen, options, environments)));
  }
  return {
    machine: describeMachine(),
    date,
    rounds: options.rounds,
    options: process.argv.slice(2).join(" "),
    checks,
    outcomes,
  };
};

const measureNetworks = async (
  chosen: readonly NetworkCase[],
  page: NetworkPage,
  options: Options,
  environments: Environments,
  date: string,
): Promise<void> => {
  if (chosen.length === 0) return;
  const cases = options.tiny ? chosen.map(tiny) : chosen;
  const outcomes: NetworkOutcome[] = [];
  for (const [k, whole] of cases.entries()) {
    say(`network ${k + 1} of ${cases.length}: ${whole.title}`);
    outcomes.push(...(await measureNetwork(whole, { ...options, limit: options.limit * 4 }, environments)));
  }
  const words = process.argv.slice(2).join(" ");
  const report = { machine: describeMachine(), date, rounds: options.rounds, options: words, cases, outcomes };
  const text = networkText(report, page);
  console.log(text);
  if (!options.write) return;
  keep(`${page}-peers.json`, `${JSON.stringify(report, null, 1)}\n`);
  keep(`${page}-peers.md`, text);
  const figure = networkFigure(report);
  if (figure) keep(`${page}-peers.svg`, figure);
};

const prepareAll = async (environments: Environments): Promise<void> => {
  await Promise.all(
    environmentNames.map(async (name) => {
      const prepared = await environments.prepare(name);
      if ("missing" in prepared) say(prepared.missing);
    }),
  );
};

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return;
  }
  const date = new Date().toISOString().slice(0, 10);
  const python = await findPython();
  if (!python) say("There is no Python of at least 3.11 with venv and pip; only what needs none is measured.");
  else if (!python.version.startsWith(`${preferred}.`)) {
    say(
      `Python ${python.version} is used; the packages are pinned for ${preferred}, so other versions may be installed.`,
    );
  }
  const environments = new Environments(python, options.install);
  if (options.prepare) {
    await prepareAll(environments);
    return;
  }
  if (options.speed) {
    const report = await measureSpeed(options, environments, date);
    const text = reportText(report);
    console.log(text);
    const figure = ratesFigure(report.outcomes);
    if (options.write) {
      keep("peers.json", `${JSON.stringify(report, null, 1)}\n`);
      keep("peers.md", text);
      if (figure) keep("peers.svg", figure);
    }
  }
  if (options.agreement) {
    const { agreementUnits: units, agreementDuration: duration, limit } = options;
    const report = await measureAgreement({ units, duration, limit: limit * 4 }, environments, say);
    const text = agreementText(report, date);
    console.log(text);
    if (options.write) {
      keep("agreement.json", `${JSON.stringify(report, null, 1)}\n`);
      keep("agreement.md", text);
    }
  }
  const chosen = networkCases.filter(({ key }) => options.networks.includes(key));
  for (const page of ["network", "neuron"] as const) {
    const cases = chosen.filter(({ neurons = false }) => neurons === (page === "neuron"));
    await measureNetworks(cases, page, options, environments, date);
  }
};

try {
  await main();
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
