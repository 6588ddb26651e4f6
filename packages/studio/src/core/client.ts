import type {
  AnswerMessage,
  CallName,
  Calls,
  Channel,
  EventMessage,
  Failure,
  FrameMessage,
  Problem,
} from "./protocol.ts";

/** An error that the engine reported, with the places of the problems. */
export class EngineError extends Error {
  override readonly name: string;
  readonly problems: readonly Problem[];

  constructor({ name, message, problems }: Failure) {
    super(message);
    this.name = name;
    this.problems = problems;
  }
}

export interface Listener {
  readonly frame: (frame: FrameMessage) => void | Promise<void>;
  readonly progress: (text: string, share: number | undefined) => void;
  /** The session has ended, with an error or because its duration is over. */
  readonly ended: (error: Failure | undefined) => void;
}

/** The page's side of an engine. */
export interface Client {
  /** Calls the engine. @throws EngineError */
  call<K extends CallName>(
    name: K,
    ...take: Calls[K]["take"] extends undefined ? [] : [Calls[K]["take"]]
  ): Promise<Calls[K]["give"]>;
  /** Rejects all pending calls, as after the end of the worker. */
  fail(failure: Failure): void;
}

interface Pending {
  readonly resolve: (give: never) => void;
  readonly reject: (error: EngineError) => void;
}

/** Connects to an engine. */
export const connect = (channel: Channel, listener: Listener): Client => {
  const pending = new Map<number, Pending>();
  let last = 0;
  channel.onmessage = async ({ data }: MessageEvent): Promise<void> => {
    const message = data as AnswerMessage | EventMessage;
    if ("answer" in message) {
      const waiting = pending.get(message.answer);
      pending.delete(message.answer);
      if ("error" in message) waiting?.reject(new EngineError(message.error));
      else waiting?.resolve(message.give as never);
    } else if (message.event === "frame") {
      await listener.frame(message.frame);
      channel.postMessage({ taken: true });
    } else if (message.event === "progress") listener.progress(message.text, message.share);
    else listener.ended(message.error);
  };
  return {
    call: (name, ...[take]) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        pending.set(id, { resolve, reject });
        channel.postMessage({ call: name, id, take });
      }),
    fail: (failure) => {
      for (const { reject } of pending.values()) reject(new EngineError(failure));
      pending.clear();
    },
  };
};
