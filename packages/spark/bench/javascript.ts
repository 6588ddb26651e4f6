/** The refractory soma in plain JavaScript, with typed arrays and a loop. Returns seconds. */
export const runJavaScript = (units: number, steps: number): number => {
  const v = new Float32Array(units);
  const age = new Int32Array(units).fill(21);
  const spikes = new Uint8Array(units);
  const { fround } = Math;
  const rate = fround(0.0049875416);
  const begin = performance.now();
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < units; i++) {
      const ready = age[i]! > 20;
      const x = fround(v[i]! + fround(rate * fround((ready ? 30 : 0) - v[i]!)));
      const spike = ready && x > 20;
      v[i] = spike ? 10 : x;
      age[i] = spike ? 0 : Math.min(age[i]! + 1, 21);
      spikes[i] = spike ? 1 : 0;
    }
  }
  return (performance.now() - begin) / 1000;
};
