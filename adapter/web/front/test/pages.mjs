// Every page in a real browser, at 1440 and 390 px, in one language (pages-zh and pages-en call it, side by side): it loads without an error, nothing runs out of the page,
// axe finds nothing, and every number is a figure.
import assert from "node:assert/strict";
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium as pw } from "playwright-core";
import { strayNumbers } from "./crawl.mjs";
import { chromium, password, serve } from "./serve.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export let site, browser;
before(async () => {
  site = await serve();
  browser = await pw.launch(chromium);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

// who looks at which pages; {project} and {entry} are filled from what is there
const pages = {
  dispatcher: ["/", "/projects", "/projects?hue=red", "/projects?q=nothing-like-this", "/project/{project}", "/dispatch", "/bulletins", "/bulletin/2022-05", "/import", "/rules", "/rules/sample/jimo",
    "/ledger", "/ledger?kind=case", "/entry/100", "/people", "/find?q=kstd", "/why?f=light.progress&s=project/{project}&m=2022-06", "/why?f=group_rate&s=group/all&m=2022-06", "/project/{project}/letter", "/no-such-page",
    "/meetings", "/meeting/M-2022-0706-1", "/meeting/M-2022-0622-1", "/meeting/M-2022-0622-1/live", "/meeting/M-2022-0215-1/live?item=1", "/meeting/M-2022-0706-1/pack", "/meeting/M-2022-0215-1/minutes",
    "/meeting/M-2022-0215-1/list", "/meeting/M-2022-0215-1/letter/lq", "/weekly/2022-07-04", "/owe", "/owe?use=task", "/owe?by=unit", "/owe?by=person", "/owe?by=rates&use=supervision",
    "/why?f=unfixed_rate&s=cases/problem&m=2022-07", "/why?f=median_days&s=cases/supervision/kind:paper&m=2022-07", "/case/P-2022-0311", "/case/T-20220215-06", "/raise?p=JM-209", "/raise?use=demand", "/raise?use=order", "/case/O-2022-0812", "/case/N-2022-0017", "/owe?use=order", "/owe?use=demand", "/import/cases",
    "/messages", "/messages?g=turn", "/messages?g=slip", "/messages/settings", "/project/JM-001/network", "/project/JM-017/network?from=sample/network-road"],
  leader: ["/brief", "/", "/project/{project}", "/meetings", "/visits", "/visit/new", "/visit/V-2022-0001", "/slipping", "/slipping?p=JM-209/finish&a=close:P-2022-0311&d:close:P-2022-0311=2022-07-16", "/forecast?p=JM-210/finish",
    "/forecast?p=JM-209/money/2022", "/calibration", "/programme", "/project/JM-209/network", "/slipping?front=renewal", "/slipping?p=JM-209/finish&n:take:13=40"],
  top: ["/brief"],
  owner: ["/my", "/messages", "/messages/settings", "/owe?by=rates"],
  line: ["/my", "/case/P-2022-0311"],
  supervisor: ["/register", "/register?new=1", "/owe?use=supervision", "/my"],
  rules: ["/rules/replay?m=2022-05&pack=sanya/lights"],
  system: ["/people", "/hooks", "/messages"],
};

export async function open(role, width, lang) {
  const ctx = await browser.newContext({ viewport: { width, height: width < 700 ? 844 : 1000 }, locale: lang });
  const page = await ctx.newPage();
  const errors = [];
  page.on("console", (m) => m.type() === "error" && !m.text().includes("404") && errors.push(m.text()));
  page.on("pageerror", (e) => errors.push(e.message));
  await page.goto(site.base + "/signin");
  await page.fill("#login", role);
  await page.fill("#password", password);
  await page.click("form.sf button");
  await page.waitForLoadState("load");
  return { ctx, page, errors };
}

// look registers the tests of every page in a language.
export function look(lang) {
  for (const width of [1440, 390]) {
    for (const [role, paths] of Object.entries(pages)) {
      test(`${role} sees the pages at ${width} in ${lang}`, async (t) => {
        const { ctx, page, errors } = await open(role, width, lang);
        const project = "JM-001"; // the first project of the demo
        const shots = process.env.SHIGAN_SHOTS;
        if (shots) mkdirSync(shots, { recursive: true });
        for (const path of paths) {
          await t.test(path, async () => {
            errors.length = 0;
            const res = await page.goto(site.base + path.replace("{project}", project));
            assert.ok(res.status() < 500, `${path}: ${res.status()}`);
            await page.waitForTimeout(150);
            if (shots) await page.screenshot({ path: `${shots}/${role}${path.replace(/[^\w]+/g, "_")}-${width}-${lang}.png`, fullPage: true });
            assert.deepEqual(errors, []);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(wide <= 0, `${path} runs ${wide} px out of the page`);
            assert.deepEqual(await page.evaluate(strayNumbers), [], "numbers that are no figures");
            assert.deepEqual((await page.evaluate(() => document.body.innerText)).match(/\{[a-z][\w|]*\}|⟦[^⟧]*⟧|%!\w\(/g) ?? [], [], "texts with a gap");
            await page.evaluate(axe);
            const found = await page.evaluate(async () => (await window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`));
            assert.deepEqual(found, []);
          });
        }
        await ctx.close();
      });
    }
  }
}
