/** Seconds between two pauses, in which other code on the thread can run. */
export const PAUSE_INTERVAL = 0.01;

/** Lets timers, messages and other work of the page run, then continues. */
export const pause = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    // In a page, a timer would wait 4 ms; a message does not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
