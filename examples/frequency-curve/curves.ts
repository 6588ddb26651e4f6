import { frequencyFigure, type ThemeName } from "@spark-snn/plot";
import { AdaptiveLeakySoma, frequencyCurve, LeakySoma, RefractoryLeakySoma, rheobase } from "spark-snn";

const somas = [
  LeakySoma(),
  RefractoryLeakySoma({ cooldown: 5 }),
  AdaptiveLeakySoma({ thresholdDelta: 5, thresholdTau: 100 }),
];
const timing = { duration: 2000, dt: 0.1 }; // ms

/** The rates of three somas at currents from 0 to 600 pA: one run per soma, one unit per current. */
export const measureCurves = async () => {
  const currents = Float64Array.from({ length: 61 }, (_, k) => 10 * k);
  const curves = [];
  for (const soma of somas) {
    const { rates } = await frequencyCurve(soma, { currents, settle: 500, ...timing });
    const least = await rheobase(soma, { tolerance: 0.1, ...timing });
    curves.push({ label: soma.model.name, current: currents, rate: rates, rheobase: least });
  }
  return curves;
};

export const drawCurves = (curves: Awaited<ReturnType<typeof measureCurves>>, theme: ThemeName = "light"): string => {
  // All three have the same rheobase, so one mark is enough.
  const shown = curves.map(({ rheobase: least, ...curve }, k) => (k === 0 ? { ...curve, rheobase: least } : curve));
  return frequencyFigure({ curves: shown }, { title: "Firing rate of leaky somas by current", theme });
};
