/* Units of NWB, which spells base units as words. Values in other units have a factor, `conversion`. */

interface NwbUnit {
  readonly unit: string;
  /** Factor from the values in the file to the unit. */
  readonly conversion: number;
}

const words: Readonly<Record<string, string>> = {
  V: "volts",
  A: "amperes",
  S: "siemens",
  s: "seconds",
  F: "farads",
  Ω: "ohms",
  Hz: "hertz",
};

const prefixes: Readonly<Record<string, number>> = {
  f: 1e-15,
  p: 1e-12,
  n: 1e-9,
  µ: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** The base unit of NWB for a unit such as mV, with its factor. Composed units stay as they are. */
export const nwbUnit = (unit: string): NwbUnit => {
  for (const [symbol, word] of Object.entries(words)) {
    const prefix = unit.slice(0, -symbol.length);
    if (unit.endsWith(symbol) && Object.hasOwn(prefixes, prefix)) return { unit: word, conversion: prefixes[prefix]! };
  }
  return { unit, conversion: 1 };
};
