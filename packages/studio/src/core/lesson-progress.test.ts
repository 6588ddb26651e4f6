import { afterEach, expect, test } from "vitest";
import { serve } from "../engine/engine.ts";
import { lessonProgress } from "./lesson-progress.ts";
import { lessons } from "./lessons.ts";
import type { Channel } from "./protocol.ts";
import { recordOf } from "./recording.ts";
import { studio } from "./studio.ts";

let ports: MessageChannel | undefined;
afterEach(() => ports?.port1.close());

const opened = () => {
  const channel = new MessageChannel();
  ports = channel;
  serve(channel.port2 as unknown as Channel);
  return studio(
    lessons[0]!,
    () => ({ channel: channel.port1 as unknown as Channel, onDeath: () => undefined, terminate: () => undefined }),
    1,
  );
};

test("a step passes when its checks hold, stays passed, and another lesson starts anew", async () => {
  const made = opened();
  const progress = lessonProgress(made);
  const record = recordOf(made.document.get());
  await made.session.open(made.document.get(), { record, paused: true });
  await progress.refresh();
  expect(progress.state.get()).toMatchObject({ step: 0, passed: [false, false, false, false] });
  await made.session.step(2100);
  await progress.refresh();
  expect(progress.state.get()?.passed).toEqual([true, false, false, false]);

  progress.goTo(3);
  const edited = { ...lessons[0]!, inputs: { current: 166 } };
  made.run({ label: "Set the current", apply: () => edited });
  await made.session.open(edited, { record, paused: true });
  await made.session.step(15_000);
  await progress.refresh();
  expect(progress.state.get()?.outcomes[0]?.text).toMatch(/^Firing rate: \d/);
  expect(progress.state.get()?.passed).toEqual([true, false, false, true]);

  made.run({ label: "Open", apply: () => lessons[4]! });
  expect(progress.state.get()?.passed).toEqual([false, false, false]);
  made.run({ label: "Open", apply: () => ({}) });
  expect(progress.state.get()).toBeUndefined();
});
