// Packs all packages and installs the tarballs into an empty folder, as a user would. Then type-checks a strict
// consumer with both kinds of module resolution, and runs it and the command with the Node that runs this script.
// A library whose exports have inferred types must be able to name every type, so the declarations of such a library
// are emitted with each version of TypeScript.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = [
  "packages/spark",
  "packages/plot",
  "packages/fit",
  "packages/sweep",
  "packages/formats",
  "packages/cli",
];
const folder = mkdtempSync(join(tmpdir(), "spark-snn-pack-"));
const run = (command, args, cwd = folder) => {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  } catch (error) {
    console.error(error.stdout);
    throw new Error(`${command} ${args.join(" ")} failed.`);
  }
};

const consumer = `
import { AdaptiveLeakySoma, analysis, compile, field, gt, LeakySoma, mul, positive, relax, simulate, soma } from "spark-snn";
import { LeakySoma as same } from "spark-snn/core";
import { recordToFolder } from "spark-snn/node";
import { fit } from "@spark-snn/fit";
import { rasterFigure } from "@spark-snn/plot";
import { toPng } from "@spark-snn/plot/png";
import { range, sweep } from "@spark-snn/sweep";
import "@spark-snn/sweep/node";

const Mine = soma("Mine", { tau: field(10, "ms", "Time constant.", positive), gain: field(0.1, "GΩ", "Gain.") }, {
  about: "A consumer's own soma.",
  step(x) {
    const potential = relax(x.potential, mul(x.gain, x.current), x.tau);
    return { spikes: gt(potential, mul(x.gain, x.current)), potential };
  },
});
const run = await simulate(LeakySoma({ units: [3] }), {
  duration: 100,
  inputs: { current: 300 },
  record: { outSpikes: true, potential: true },
});
const count: number = run.outSpikes.count;
// @ts-expect-error adaptation is no state of LeakySoma
void (() => simulate(LeakySoma(), { duration: 1, record: { adaptation: true } }));
// @ts-expect-error a misspelt field
void (() => LeakySoma({ potentialTao: 3 }));
const simulation = await compile(AdaptiveLeakySoma({ units: [2] }));
simulation.step({ current: 300 });
simulation.dispose();
const svg = rasterFigure({ times: run.outSpikes.times(), units: run.outSpikes.units, unitCount: 3, to: 100 });
if (count !== 18 || toPng(svg).length < 1000 || Mine.model.name !== "Mine" || same !== LeakySoma) throw new Error(\`wrong: \${count}\`);
const fitted = await fit(LeakySoma, {
  recordings: [{ current: { series: [0, 300, 300, 300], interval: 25 }, spikes: [[60, 80]] }],
  budget: { candidates: 64, generation: 8 },
});
// @ts-expect-error recordings are needed
void (() => fit(LeakySoma, {}));
if (!(fitted.parameters.threshold! < 0)) throw new Error("no fit");
const swept = await sweep(
  { model: { soma: "LeakySoma", units: [1000] }, duration: 1000, dt: 0.1, inputs: { current: 300 } },
  { vary: { threshold: range(-52, -45, 60) }, parallel: 2 },
);
if (swept.rows.length !== 60 || swept.failed > 0) throw new Error("no sweep");
void recordToFolder;
void analysis.coefficientOfVariation;
console.log("consumer ok");
`;

const library = `
import * as fitting from "@spark-snn/fit";
import * as plot from "@spark-snn/plot";
import * as png from "@spark-snn/plot/png";
import * as spark from "spark-snn";
import * as formats from "@spark-snn/formats";
import * as formatsInNode from "@spark-snn/formats/node";
import * as core from "spark-snn/core";
import * as documents from "spark-snn/documents";
import * as node from "spark-snn/node";
import * as sweeping from "@spark-snn/sweep";
import * as measuring from "@spark-snn/sweep/measures";
import * as sweepingInNode from "@spark-snn/sweep/node";

const { allToAll, brain, compile, ExponentialSynapse, LeakySoma, LIFNeuron, PoissonSource, simulate } = spark;
export const all = { ...spark, analysis: { ...spark.analysis } };
export const others = [{ ...core }, { ...documents }, { ...node }, { ...fitting }, { ...formats }, { ...formatsInNode }, { ...sweeping }, { ...sweepingInNode }, { ...measuring }, { ...plot }, { ...png }] as const;
export const network = (units: number) =>
  brain({
    populations: { e: LeakySoma({ units: [units] }), n: LIFNeuron({ units: [3] }), s: PoissonSource({ rate: 3 }) },
    projections: {
      en: { from: "e", to: "n", connect: allToAll(), weight: spark.uniform({ min: 0, max: 1 }) },
      se: { from: "s", to: "e", connect: allToAll(), weight: 3, synapse: ExponentialSynapse({ tau: 5 }) },
    },
  });
export const simulation = () => compile(network(10), { dt: 0.1 });
export const weights = async () => (await simulation()).weights("en");
export const snapshot = async () => (await simulation()).snapshot();
export const run = () => simulate(network(10), { duration: 10, dt: 0.1, record: { e: { outSpikes: true } } });
export const single = () => simulate(LeakySoma(), { duration: 10, record: { potential: { every: 5 } } });
`;

/** Emits the declarations of a library and checks that they refer to public entries only. */
const checkDeclarations = (compiler) => {
  const options = ["--strict", "--exactOptionalPropertyTypes", "--declaration", "--target", "es2022"];
  const modules = ["--module", "nodenext", "--lib", "es2022,dom", "--outDir", "declared"];
  run(process.execPath, [join(root, "node_modules", compiler, "bin/tsc"), ...options, ...modules, "src/library.ts"]);
  const imports = readFileSync(join(folder, "declared/library.d.ts"), "utf8").matchAll(/(?:import\(|from )"([^"]+)"/g);
  const inner = new Set([...imports].map(([, name]) => name).filter((name) => /dist|node_modules/.test(name)));
  if (inner.size > 0) throw new Error(`Declarations refer to inner files: ${[...inner].join(", ")}`);
};

try {
  const tarballs = packages.map((path) => {
    const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], join(root, path)));
    return `./${filename}`;
  });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", ...tarballs]);
  for (const path of packages) {
    const { name } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
    for (const file of ["LICENSE", "NOTICE", "README.md"]) {
      if (!existsSync(join(folder, "node_modules", name, file))) throw new Error(`${name} was packed without ${file}.`);
    }
  }
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/main.ts"), consumer);
  writeFileSync(join(folder, "src/library.ts"), library);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  for (const [module, moduleResolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    const options = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--target", "es2022"];
    const lib = ["--lib", "es2022,dom"];
    run(process.execPath, [
      tsc,
      ...options,
      ...lib,
      "--module",
      module,
      "--moduleResolution",
      moduleResolution,
      "--outDir",
      "out",
      "src/main.ts",
    ]);
    console.log(`types under ${moduleResolution}: ok`);
  }
  for (const compiler of ["typescript-5.9", "typescript", "typescript-7.0"]) checkDeclarations(compiler);
  console.log("declarations with inferred types: ok");
  console.log(run(process.execPath, ["out/main.js"]).trim());
  const command = "node_modules/@spark-snn/cli/bin/spark-snn.js";
  const version = run(process.execPath, [command, "--version"]).trim();
  const expected = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8")).version;
  if (!version.includes(expected))
    throw new Error(`spark-snn --version must print ${expected}; received "${version}".`);
  run(process.execPath, [command, "init"]);
  run(process.execPath, [command, "run", "experiment.json", "--out", "results"]);
  if (!existsSync(join(folder, "results/figure.png"))) throw new Error("spark-snn run drew no figure.");
  console.log(`packed, installed and run on Node ${process.versions.node}: ok`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
