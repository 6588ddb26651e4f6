import type { Channel } from "../core/protocol.ts";
import { serve } from "./engine.ts";

/* The worker of the page. It contains the library, so that building and running never block the page. */

serve(globalThis as unknown as Channel);
