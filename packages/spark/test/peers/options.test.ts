import { expect, it } from "vitest";
import { usualCases } from "../../bench/peers/networks.ts";
import { readOptions } from "../../bench/peers/options.ts";
import { readProbe } from "../../bench/peers/python.ts";

it("runs everything when nothing is asked", () => {
  expect(readOptions([])).toMatchObject({
    sizes: [1000, 10_000, 100_000, 1_000_000, 10_000_000],
    speed: true,
    agreement: true,
    networks: usualCases,
    tiny: false,
    write: false,
    agreementUnits: 200,
    agreementDuration: 10_000,
  });
});

it("lets what is asked change a quick run, in any order", () => {
  const options = readOptions([
    "--sizes",
    "10,20",
    "--quick",
    "--peers",
    "ours,nest",
    "--only",
    "speed",
    "--no-install",
  ]);
  expect(options).toMatchObject({ sizes: [10, 20], peers: ["ours", "nest"], rounds: 2, speed: true, agreement: false });
  expect(options).toMatchObject({ networks: [], tiny: true });
  expect(options.install).toBe(false);
});

it("runs networks alone, and the ones that are named", () => {
  const options = readOptions(["--only", "networks", "--networks", "brunel,microcircuit-full"]);
  expect(options).toMatchObject({ speed: false, agreement: false, networks: ["brunel", "microcircuit-full"] });
});

it.each([
  [["--size", "10"], "Option --size is unknown"],
  [["--sizes"], "--sizes must be followed by its value"],
  [["--sizes", "10,,20"], "--sizes must be greater than 0"],
  [["--sizes", "1.5"], "--sizes must be a whole number; received 1.5"],
  [["--rounds", "0"], "--rounds must be greater than 0; received 0"],
  [["--seconds", "long"], "--seconds must be greater than 0; received long"],
  [["--peers", "neuron"], '--peers must be of ours, c, spark-0.1, spark-1.2, brian2, nest; received "neuron"'],
  [["--only", "memory"], '--only must be of speed, agreement, networks; received "memory"'],
  [["--networks", "cuba,hpc"], "--networks must be of cuba, cuba-large, brunel"],
])("refuses %j", (words, sentence) => {
  expect(() => readOptions(words)).toThrow(sentence);
});

it("reads what a Python says of itself, and nothing else", () => {
  expect(readProbe('["/usr/bin/python3", "3.12.1"]\n')).toEqual({ program: "/usr/bin/python3", version: "3.12.1" });
  expect(readProbe("Python was not found")).toBeUndefined();
  expect(readProbe("[1, 2]")).toBeUndefined();
});
