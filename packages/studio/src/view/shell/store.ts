import { createStore, del, get, keys, set } from "idb-keyval";
import { type KeyValue, memoryStore } from "../../core/storage.ts";

/**
 * The database of the browser; memory, which ends with the page, where the browser has none or refuses it. The page does not
 * wait for it to open.
 */
export const browserStore = (): KeyValue => {
  const opened = openStore();
  return {
    get: async (key) => (await opened).get(key),
    set: async (key, value) => (await opened).set(key, value),
    delete: async (key) => (await opened).delete(key),
    keys: async () => (await opened).keys(),
  };
};

const openStore = async (): Promise<KeyValue> => {
  try {
    const store = createStore("spark-studio", "documents");
    await keys(store);
    return {
      get: (key) => get(key, store),
      set: (key, value) => set(key, value, store),
      delete: (key) => del(key, store),
      keys: async () => (await keys(store)).map(String),
    };
  } catch {
    return memoryStore();
  }
};
