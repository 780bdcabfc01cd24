// Builds what pages load: one script, one style sheet, and the chart island. Output goes where the binary embeds it.
import * as esbuild from "esbuild";

await esbuild.build({
  entryPoints: { app: "src/app.ts", chart: "src/chart.ts", site: "src/site.css", "visit-sw": "src/visit-sw.ts" },
  outdir: "../assets/dist",
  bundle: true,
  minify: true,
  sourcemap: false,
  target: ["es2020"],
  format: "iife",
  legalComments: "external",
  logLevel: "info",
});
