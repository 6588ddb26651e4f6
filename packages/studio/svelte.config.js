/* Without this file, svelte-check and the plugin of Vite warn that there is none. */
export default {};
