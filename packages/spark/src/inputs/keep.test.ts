import { expect, test } from "vitest";
import { compile } from "../run/simulate.ts";
import { RefractoryLeakySoma } from "../somas/leaky.ts";
import { keepInput } from "./keep.ts";

const cells = RefractoryLeakySoma({ units: [3] });
const record = { potential: true } as const;

/** Values that no second call gives again. */
const unrepeatable = () => {
  let calls = 0;
  return keepInput(({ steps, units, values }) => {
    calls++;
    for (let k = 0; k < steps * units; k++) values[k] = 200 + 37.5 * ((calls * 7 + k) % 11);
  });
};

test.each(["f32", "f64"] as const)(
  "values of an input function are kept and repeat a run to the bit in %s",
  async (dtype) => {
    const simulation = await compile(cells, { dt: 0.5, dtype });
    const current = unrepeatable();
    const first = await simulation.run({ duration: 60, inputs: { current }, record });
    const second = await simulation.run({ duration: 40, inputs: { current }, record });
    const steps = current.steps();
    expect(steps.steps).toHaveLength(600);
    simulation.reset();
    const again = await simulation.run({ duration: 60, inputs: { current: steps }, record });
    expect(again.potential.values).toEqual(first.potential.values);
    const rest = await simulation.run({ duration: 40, inputs: { current: steps }, record });
    expect(rest.potential.values).toEqual(second.potential.values);
    simulation.dispose();
  },
);

test("a session that goes back gets the kept values, and new ones after they are forgotten", async () => {
  const simulation = await compile(cells, { dt: 0.5 });
  const current = unrepeatable();
  const session = await simulation.start({ paused: true, inputs: { current }, onFrame: () => {} });
  await session.step(100);
  const end = (await session.snapshot()).state;
  await session.seek(40);
  await session.runTo(100);
  expect((await session.snapshot()).state).toEqual(end);
  await session.seek(40);
  current.forget(session.stepCount);
  await session.runTo(100);
  const other = (await session.snapshot()).state;
  expect(other).not.toEqual(end);
  await session.stop();
  simulation.reset();
  await simulation.run({ duration: 50, inputs: { current: current.steps() } });
  expect(simulation.snapshot().state).toEqual(other);
  simulation.dispose();
});

test("what cannot be kept is refused", async () => {
  expect(() => keepInput(5 as never)).toThrow("keepInput takes an input function; received 5.");
  const current = unrepeatable();
  expect(() => current.forget(-1)).toThrow("keepInput.forget must be a whole number of at least 0; received -1.");
  const chunk = { firstStep: 0, steps: 1, time: 0 };
  current({ ...chunk, units: 2, values: new Float32Array(2) });
  expect(() => current({ ...chunk, units: 3, values: new Float32Array(3) })).toThrow(
    "keepInput keeps the values of 2 units; received a chunk of 3. Make one for each input.",
  );
});
