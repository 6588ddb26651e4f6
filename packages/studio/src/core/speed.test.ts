import { expect, test } from "vitest";
import { speedMeter } from "./speed.ts";

test("the speed is that of the last second, whatever single frames take", () => {
  let at = 0;
  const meter = speedMeter(() => at);
  expect(meter.add(5, { duration: 5, speed: 0.3 })).toBe(0.3);
  // Frames of 5 ms that arrive in pairs: 10 ms of simulated time in 50 ms.
  let time = 5;
  let speed = 0;
  for (let k = 0; k < 60; k++) {
    for (const pause of [1, 49]) {
      at += pause;
      time += 5;
      speed = meter.add(time, { duration: 5, speed: 5 / pause });
    }
  }
  expect(speed).toBeCloseTo(0.2, 2);
  // Another speed is shown after a second.
  for (let k = 0; k < 25; k++) {
    at += 50;
    time += 50;
    speed = meter.add(time, { duration: 50, speed: 1 });
  }
  expect(speed).toBeCloseTo(1, 6);
  // After a pause or a jump, it begins anew.
  at += 5000;
  expect(meter.add(time + 5, { duration: 5, speed: 0.7 })).toBe(0.7);
  at += 10;
  expect(meter.add(100, { duration: 5, speed: 0.4 })).toBe(0.4);
});
