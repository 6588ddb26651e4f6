import * as spark from "spark-snn";
import { replayGolden, replayNoise } from "../replay.mjs";

window.replay = async (golden, worker) => ({
  isolated: window.crossOriginIsolated,
  traces: await replayGolden(spark, golden, worker),
  noise: await replayNoise(spark),
});
