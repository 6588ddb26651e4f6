/* Types of components for the compiler of TypeScript; svelte-check knows the exact ones. */
declare module "*.svelte" {
  import type { Component } from "svelte";

  const component: Component<Record<string, unknown>>;
  export default component;
}
