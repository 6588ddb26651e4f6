import { describe, expect, it } from "vitest";
import { goalOf, type NetworkReport, networkFigure, networkText } from "../../bench/peers/network-report.ts";
import { farthestRate, type NetworkMeasurement, networkCases, tiny, usualCases } from "../../bench/peers/networks.ts";

const brunel = networkCases.find(({ key }) => key === "brunel")!;
const cuba = networkCases.find(({ key }) => key === "cuba")!;
const measurement = (candidate: string, more: Partial<NetworkMeasurement> = {}): NetworkMeasurement => ({
  network: "cuba",
  candidate,
  seconds: [0.1, 0.2, 0.12],
  cpu: [0.1, 0.1, 0.1],
  others: [0, 0, 0],
  rates: [5.5, 5.6],
  setup: { import: 0.5, compile: 2 },
  peakMemory: 120e6,
  baseMemory: 100e6,
  versions: { node: "20.0.0" },
  ...more,
});
const native = measurement("this library, native, f32, one thread");
const brian2 = measurement("Brian2 C++ standalone, f64, one thread", {
  seconds: [0.3, 0.24, 0.2],
  cpu: [0.2, 0.2, 0.3],
  rates: [5.5, 6],
});
const report = (outcomes: NetworkReport["outcomes"], cases = [cuba]): NetworkReport => ({
  machine: { processor: "P", cores: 2, memoryGB: 8, node: "20", v8: "11", platform: "linux x64", compiler: undefined },
  date: "2026-01-31",
  rounds: 3,
  options: "--only networks",
  cases,
  outcomes,
});

describe("the page of networks", () => {
  it("holds times with their spread, rates, set-up, memory and what was left out", () => {
    const skipped = { network: "cuba", candidate: "NEST, f64, one thread", reason: "There is no Python." };
    const text = networkText(report([native, brian2, skipped]));
    expect(text).toContain(
      "| this library, native, f32, one thread | 0.120 (0.100–0.200) | 0.100 | 1.00 | 5.50 5.60 | – |",
    );
    expect(text).toContain("| 0.240 (0.200–0.300) | 0.200 | 2.00 | 5.50 6.00 | 7.1 % | 120 (20) |");
    expect(text).toContain("Rates may differ by at most 12.0 %; none differs by more.");
    expect(text).toContain("import 0.500, compile 2.00.");
    expect(text).toContain("- cuba, NEST, f64, one thread: There is no Python.");
  });

  it("says which goals are reached, and which are not", () => {
    expect(networkText(report([native, brian2]))).toMatch(/native.*at most 0\.500 × Brian2.*\| 0\.500 × \| reached \|/);
    const slow = measurement(native.candidate, { cpu: [0.13] });
    expect(networkText(report([slow, brian2]))).toMatch(/native.*\| 0\.650 × \| \*\*not reached\*\* \|/);
    expect(networkText(report([native]))).toMatch(/wasm.*\| – \| not measured \|/);
    const alone = { own: native.candidate, most: 0.1 };
    expect(goalOf(alone, [native])).toEqual({ value: 0.12, reached: false });
  });

  it("compares wall-clock times if a simulator does not report its processor time, or uses several threads", () => {
    const silent = { ...brian2, cpu: [undefined] };
    expect(networkText(report([native, silent]))).toContain("| 0.240 (0.200–0.300) | – | 2.00 |");
    const two = measurement("this library, native, f32, 2 threads", { cpu: [0.4] });
    expect(networkText(report([native, two]))).toContain("| 0.120 (0.100–0.200) | 0.400 | 1.00 |");
  });

  it("has other words for neurons", () => {
    const text = networkText(report([native]), "neuron");
    expect(text).toMatch(/^# Neurons in other simulators/);
    expect(text).toContain("(neuron-peers.svg)");
  });

  it("sets off a peer whose rates are those of another network", () => {
    const other = measurement("Brian2 C++ standalone, f64, one thread", { rates: [5.5, 7] });
    const text = networkText(report([native, other]));
    expect(text).toContain("**25.0 %**");
    expect(text).toContain("the times are not those of the same network");
  });

  it("can be written where nothing ran, and after a trial in small", () => {
    expect(networkText(report([]))).not.toContain("NaN");
    expect(networkFigure(report([]))).toBeUndefined();
    const text = networkText(report([native, brian2], [tiny(cuba)]));
    expect(text).toContain("their rates and times mean nothing");
    expect(text).not.toContain("Goals");
  });

  it("has a figure with a dot for each simulator", () => {
    const figure = networkFigure(
      report([native, brian2, measurement(native.candidate, { network: "brunel" })], [cuba, brunel]),
    )!;
    expect(figure.match(/<circle/g)).toHaveLength(3);
    expect(figure).not.toMatch(/NaN|Infinity/);
  });
});

it("takes the farthest population", () => {
  expect(farthestRate([5, 11, 0], [5, 10, 0])).toBeCloseTo(0.1);
  expect(farthestRate([1], [0])).toBe(Number.POSITIVE_INFINITY);
  expect(farthestRate([], [5])).toBe(Number.POSITIVE_INFINITY);
});

it("runs all networks but the full microcircuit unless it is asked for", () => {
  expect(usualCases).toEqual([
    ...["cuba", "cuba-large", "brunel", "microcircuit", "adaptive"],
    ...["cobahh", "adex", "adex-euler", "izhikevich"],
  ]);
});
