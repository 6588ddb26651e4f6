import { printF32 } from "./decimal.ts";

/* Units of columns in files. A document gives times in ms, currents in pA and potentials in mV. */

/** Units that columns can be converted to. */
export type ColumnUnit = "ms" | "pA" | "mV";

/** A unit as a factor times a power of ten of the unit of the document. */
interface Scale {
  readonly ten: number;
  readonly factor?: number;
}

const scales: Readonly<Record<ColumnUnit, Readonly<Record<string, Scale>>>> = {
  ms: { ns: { ten: -6 }, µs: { ten: -3 }, ms: { ten: 0 }, s: { ten: 3 }, min: { ten: 3, factor: 60 } },
  pA: { fA: { ten: -3 }, pA: { ten: 0 }, nA: { ten: 3 }, µA: { ten: 6 }, mA: { ten: 9 }, A: { ten: 12 } },
  mV: { µV: { ten: -3 }, mV: { ten: 0 }, V: { ten: 3 } },
};

/** Units that names of columns may say, and that are not converted: by the quantity. */
const quantities: readonly (readonly string[])[] = [
  ["pS", "nS", "µS", "mS", "S"],
  ["Ω", "kΩ", "MΩ", "GΩ"],
  ["Hz", "kHz"],
  ["pF", "nF", "µF", "F"],
  ...Object.values(scales).map((own) => Object.keys(own)),
];

const words: Readonly<Record<string, string>> = {
  us: "µs",
  usec: "µs",
  microseconds: "µs",
  msec: "ms",
  millisecond: "ms",
  milliseconds: "ms",
  sec: "s",
  secs: "s",
  second: "s",
  seconds: "s",
  minutes: "min",
  uA: "µA",
  uV: "µV",
  uS: "µS",
  uF: "µF",
  Ohm: "Ω",
  ohm: "Ω",
  kOhm: "kΩ",
  MOhm: "MΩ",
  Mohm: "MΩ",
  GOhm: "GΩ",
  Gohm: "GΩ",
};

/** Names of the units that a column can have, by the unit of the document. */
export const columnUnits = (unit: ColumnUnit): readonly string[] => Object.keys(scales[unit]);

/** The unit as documents spell it. */
export const spelled = (unit: string): string => {
  const text = unit.normalize("NFC").replaceAll("μ", "µ");
  if (known(text)) return text;
  return words[text] ?? words[text.toLowerCase()] ?? text;
};

const known = (unit: string): boolean => quantities.some((units) => units.includes(unit));

/** Whether the name of a column says another unit than that of its values. A single letter may be there by chance. */
export const contradicts = (said: string, unit: string): boolean =>
  said !== unit && (said.length > 1 || quantities.some((units) => units.includes(said) && units.includes(unit)));

/** The unit at the end of the name of a column, as in time_ms, "Time (s)", "I [nA]", I/nA, "t in s" or seconds. */
export const unitInName = (name: string): string | undefined => {
  const end = /(?:[_([/\s.-]|^)\s*([A-Za-zµμΩΩ]+)\s*[)\]]?\s*$/.exec(name)?.[1];
  if (end === undefined) return undefined;
  const unit = spelled(end);
  // "V" alone is more often the name of a potential than its unit.
  return known(unit) && !(end === name.trim() && end.length < 3) ? unit : undefined;
};

/** Whether a unit, other than a single letter, is of another quantity. */
export const isForeign = (unit: string, wanted: ColumnUnit): boolean =>
  unit.length > 1 && known(unit) && !Object.hasOwn(scales[wanted], unit);

/** Converts values to the unit of the document. The decimals are shifted, so 0.0099 s are 9.9 ms. */
export const convertUnits = (
  values: Float64Array<ArrayBuffer>,
  from: string,
  to: ColumnUnit,
): Float64Array<ArrayBuffer> => {
  const { ten, factor = 1 } = scales[to][from]!;
  if (ten === 0) return values;
  // Values in single precision have the decimals that someone wrote, not those of the double.
  const isSingle = values.every((value) => Math.fround(value) === value);
  return values.map((value) => {
    const written = isSingle ? Number(printF32(value)) : value;
    const [digits, exponent = "0"] = String(written * factor).split("e");
    return Number(`${digits}e${Number(exponent) + ten}`);
  });
};
