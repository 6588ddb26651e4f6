import type { AgreementReport, AgreementRow } from "./agreement.ts";
import { digits, table } from "./table.ts";

const marginText = (margin: number): string =>
  margin === 0 ? "–" : margin === Number.POSITIVE_INFINITY ? "refractory" : margin.toExponential(1);

const partingText = ({ model, drive, peer, dtype, partings }: AgreementRow): string[] =>
  partings.map(
    ({ unit, step, by, margin }) =>
      `- ${model}, ${drive} current, ${dtype}: unit ${unit} at step ${step} fires ${by === "own" ? "here and not yet in" : "not yet here but in"} ${peer}; ${Number.isNaN(margin) ? "it is refractory here" : `its potential is ${margin.toExponential(2)} mV from the threshold`}.`,
  );

const spikesTable = (rows: readonly AgreementRow[], units: number): string =>
  table(
    [
      "soma, current",
      "peer",
      "ours in",
      "spikes here",
      "in the peer",
      "at the same step",
      "trains that part",
      "threshold missed by, mV",
    ],
    rows.map((row) => [
      `${row.model}, ${row.drive}`,
      row.peer,
      row.dtype,
      `${row.own}`,
      `${row.theirs}`,
      `${row.same}`,
      `${row.units} of ${units}`,
      marginText(row.margin),
    ]),
  );

const distanceText = (value: number): string =>
  value === 0 ? "0" : value < 1e-3 ? value.toExponential(1) : digits(value);

const distancesTable = (rows: readonly AgreementRow[]): string =>
  table(
    ["soma, recorded current", "ours in", "ISI", "SPIKE", "ISI, shuffled", "SPIKE, shuffled", "ours − PySpike, most"],
    rows.flatMap(({ model, dtype, distances }) =>
      distances
        ? [
            [
              model,
              dtype,
              distanceText(distances.isi),
              distanceText(distances.spike),
              distanceText(distances.shuffledIsi),
              distanceText(distances.shuffledSpike),
              distances.fromPySpike === undefined ? "–" : distances.fromPySpike.toExponential(0),
            ],
          ]
        : [],
    ),
  );

/** The page about agreement. */
export const agreementText = (
  { units, duration, dt, rows, missing, versions }: AgreementReport,
  date: string,
): string => {
  const single = rows.flatMap(partingText);
  const measured = rows.filter(({ distances }) => distances);
  return `${[
    "# Agreement with the peers",
    `Made by \`npm run bench:peers -- --only agreement --write\` on ${date}. ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}.`,
    `${units} units run for ${duration / 1000} s with dt ${dt} ms; every parameter differs from unit to unit, and so does the current. A constant current holds a unit at 1.05 to 2 times the way from rest to threshold; a recorded one is Ornstein-Uhlenbeck noise (τ 10 ms, a value a millisecond) that every simulator reads from the same file. The peers compute in double precision.`,
    "What stands for what:",
    [
      "- **Brian2**, exact integration: `refractory=t_ref` with `(unless refractory)` is the strict soma with a cooldown of t_ref − dt. The refractory soma, deaf while its leak goes on, is `dv/dt = (drive*int(not_refractory) - v)/tau` with a refractory time of cooldown + 2 dt. The adaptive soma adds `dh/dt = -h/tauh` and `v > theta + h`; Brian2 lets h decay before it compares, so its jump is made larger by exp(dt/τ).",
      "- **NEST**, `iaf_psc_delta`: held for t_ref/dt whole steps after the step of the spike, which is the strict soma with a cooldown of t_ref: one step longer than in Brian2. Its potential spikes at ≥, ours at >: they differ only where both are equal to the last bit. A generator's current arrives two steps late: its delay, and the step in which it is received.",
      "- **Spark 0.1.0** in double precision, stepped by a scan: its own somas, fresh.",
    ].join("\n"),
    "## Spikes",
    "Where a train parts from the peer's, the last column says how far our potential, computed in double precision, was from the threshold at the first step that differs: the greatest such distance. What follows in that unit is another history, so only its first difference is looked into.",
    spikesTable(rows, units),
    ...(single.length > 0
      ? ["Differences, the greatest first, five a row of the table at most:", single.join("\n")]
      : []),
    ...(measured.length > 0
      ? [
          "## Distances of the trains from Brian2's",
          "Means over the units, between 0 for equal trains and 1; shuffled: against Brian2's trains with their intervals in another order, which is what chance gives. ISI- and SPIKE-distance are from `analysis`; the last column is their greatest difference from PySpike over all these pairs.",
          distancesTable(measured),
        ]
      : []),
    ...(missing.length > 0 ? ["## Not compared", missing.map((sentence) => `- ${sentence}`).join("\n")] : []),
  ].join("\n\n")}\n`;
};
