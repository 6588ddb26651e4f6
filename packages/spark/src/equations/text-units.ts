import { parseUnit } from "../config/unit.ts";

/* Units as authors write them in texts: those of the library, and the full names that Brian2 uses. */

const words: Readonly<Record<string, string>> = {
  volt: "V",
  amp: "A",
  ampere: "A",
  second: "s",
  seconds: "s",
  hertz: "Hz",
  ohm: "Ω",
  siemens: "S",
  farad: "F",
};
const word = new RegExp(`^(f|p|n|u|µ|m|k|M|G|)(${Object.keys(words).join("|")})$`);

/** The library's name of a unit with one factor, such as "mV" for mvolt; otherwise the name itself. */
const shortName = (name: string): string => {
  const [, prefix = "", base] = word.exec(name) ?? [];
  return base === undefined ? name : prefix.replace("u", "µ") + words[base];
};

/** Whether a name is a unit with one factor. */
export const isUnitName = (name: string): boolean => name !== "1" && parseUnit(shortName(name)) !== undefined;

/** The unit that a text names, as the library spells it; a unit that the library knows stays as it is written. */
export const readUnit = (text: string): string | undefined => {
  const plain = text.trim();
  if (plain !== "" && parseUnit(plain)) return plain;
  const names = plain
    .replaceAll("**", "^")
    .replaceAll(/\s+/g, "")
    .replaceAll(/\^\((-?[\d.]+)\)/g, "^$1")
    .replaceAll(/[\p{L}]+/gu, (name) => (name === "amps" ? "A" : shortName(name)));
  return names !== "" && parseUnit(names) ? names : undefined;
};
