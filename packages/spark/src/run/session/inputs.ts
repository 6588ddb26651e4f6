import type { Feed } from "../../inputs/contract.ts";
import type { RunRequest } from "../frontend.ts";

/** Milliseconds that closing an input may take. An iterator that waits for data ends only when they arrive. */
const GRACE = 50;

const feedsOf = ({ populations }: RunRequest): readonly Feed[] =>
  populations.flatMap(({ feeds }) => Object.values(feeds).flat());

/** Whether all inputs can be read again for earlier steps. */
export const isRepeatable = (request: RunRequest): boolean =>
  feedsOf(request).every(({ once, close }) => !(once && close));

/** Closes all inputs. Returns a sentence about each one that failed. */
export const closeInputs = async (request: RunRequest): Promise<readonly string[]> => {
  const closing = Promise.allSettled(feedsOf(request).map(async ({ close }) => close?.()));
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, GRACE));
  const results = (await Promise.race([closing, late])) ?? [];
  return results.flatMap((result) => {
    if (result.status === "fulfilled") return [];
    const { reason } = result as { readonly reason: unknown };
    const message = reason instanceof Error ? reason.message : String(reason);
    return [`Closing an input failed after the session: ${message}`];
  });
};
