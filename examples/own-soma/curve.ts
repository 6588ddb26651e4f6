import { frequencyFigure, type ThemeName } from "@spark-snn/plot";
import { frequencyCurve, rheobase } from "spark-snn";
import { QuadraticSoma, quadraticRate } from "./quadratic.ts";

const timing = { duration: 5000, dt: 0.1 }; // ms

/** The f–I curve of the soma: one run with one unit per current. */
export const measureCurve = async () => {
  const currents = Float64Array.from({ length: 33 }, (_, k) => 5 * k); // pA
  const { rates } = await frequencyCurve(QuadraticSoma, { currents, settle: 500, ...timing });
  return { currents, rates, rheobase: await rheobase(QuadraticSoma, { to: 100, ...timing }) };
};

/** Draws the measured curve over the closed form. */
export const drawCurve = (
  { currents, rates, rheobase: least }: Awaited<ReturnType<typeof measureCurve>>,
  theme: ThemeName = "light",
): string => {
  const fine = Float64Array.from({ length: 321 }, (_, k) => k / 2); // pA
  const curves = [
    { label: "closed form", current: fine, rate: fine.map(quadraticRate) },
    { label: "simulation", current: currents, rate: rates, rheobase: least },
  ];
  return frequencyFigure({ curves }, { title: "Firing rate of the quadratic soma by current", theme });
};
