import { writable } from "../../core/readable.ts";

export type Theme = "light" | "dark";

const key = "spark-studio-theme";

const preferred = (): Theme => {
  const chosen = localStorage.getItem(key);
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

/** The colours of the page: those of the system until the user chooses. */
export const theme = writable<Theme>(preferred());

let isFirst = true;
theme.subscribe((next) => {
  document.documentElement.style.colorScheme = next;
  if (!isFirst) localStorage.setItem(key, next);
  isFirst = false;
});
