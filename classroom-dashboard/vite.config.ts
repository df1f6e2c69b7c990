import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The page: everything it loads comes from its own origin, nothing is inlined as `data:` (CSP `'self'`). */
export default defineConfig({
  root: fileURLToPath(new URL("./web", import.meta.url)),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
