import { expect, test } from "vitest";
import { serve } from "../engine/engine.ts";
import type { Channel } from "./protocol.ts";
import type { StartedEngine } from "./session.ts";
import { studio } from "./studio.ts";
import { firstDocument } from "./templates.ts";

test("the models are described even if the engine is stopped before it has answered", async () => {
  const ports: MessagePort[] = [];
  const start = (): StartedEngine => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    serve(port2 as unknown as Channel);
    return { channel: port1 as unknown as Channel, onDeath: () => undefined, terminate: () => port1.close() };
  };
  const made = studio(firstDocument, start, 1);
  made.session.abort();
  await expect.poll(() => made.catalogue.get()?.somas.length).toBeGreaterThan(5);
  await expect.poll(() => made.catalogue.get()?.somas[0]?.source?.equations).toContain("spike");
  for (const port of ports) port.close();
});
