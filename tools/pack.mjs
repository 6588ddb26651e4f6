// Packs all packages and installs the tarballs into an empty folder, as a user would. Then type-checks a strict
// consumer with both kinds of module resolution, and runs it and the command with the Node that runs this script.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = ["packages/spark", "packages/plot", "packages/fit", "packages/cli"];
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
void recordToFolder;
void analysis.coefficientOfVariation;
console.log("consumer ok");
`;

try {
  const tarballs = packages.map((path) => {
    const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", folder], join(root, path)));
    return `./${filename}`;
  });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", ...tarballs]);
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "src/main.ts"), consumer);
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
