// Messages in a real browser: what one chooses is shown before it is kept, what is shown once can be copied and does not come
// back, and an officer's page with calls under way holds at both widths.
import assert from "node:assert/strict";
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium as pw } from "playwright-core";
import { strayNumbers } from "./crawl.mjs";
import { chromium, password, serve } from "./serve.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let site, browser;
before(async () => {
  site = await serve();
  browser = await pw.launch(chromium);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

async function open(role, width, more = {}) {
  const ctx = await browser.newContext({ viewport: { width, height: 900 }, locale: "zh-CN", ...more });
  const page = await ctx.newPage();
  await page.goto(site.base + "/signin");
  await page.fill("#login", role);
  await page.fill("#password", password);
  await page.click("form.sf button");
  await page.waitForLoadState("load");
  return { ctx, page };
}

async function holds(page, name) {
  const shots = process.env.SHIGAN_SHOTS;
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: `${shots}/${name}-${page.viewportSize().width}.png`, fullPage: true });
  }
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${name} runs out of the page`);
  assert.deepEqual(await page.evaluate(strayNumbers), [], `${name}: numbers that are no figures`);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`));
  assert.deepEqual(found, [], name);
}

test("what one chooses is worked out while it is chosen, and kept only when it is saved", async () => {
  const { ctx, page } = await open("leader", 1440);
  await page.goto(site.base + "/messages/settings");
  assert.match(await page.locator("#when").innerText(), /7 月 4 日 08:00/); // a Saturday: the letter comes on Monday
  await page.selectOption("select[name=mail_turn]", "now");
  await page.waitForFunction(() => !document.querySelector("#when").innerText.includes("7 月 4 日"));
  await page.check("input[name=quiet_all]");
  await page.waitForFunction(() => /7 月 3 日 07:30/.test(document.querySelector("#when").innerText));
  await page.reload();
  assert.match(await page.locator("#when").innerText(), /7 月 4 日 08:00/);
  await ctx.close();
});

test("the bell counts what is new until one has looked, without a script too", async () => {
  const { ctx, page } = await open("dispatcher", 390, { javaScriptEnabled: false });
  const count = async () => ((await page.locator("a.bell b").count()) ? Number(await page.locator("a.bell b").innerText()) : 0);
  const was = await count();
  assert.ok(was > 0, "the demo's dispatcher has something new");
  await page.click("a.bell");
  assert.equal(await page.locator("li.new").count(), was);
  await page.locator("li.new a.t").first().click();
  assert.match(page.url(), /\/case\//);
  assert.equal(await count(), was);
  await page.goto(site.base + "/messages");
  await page.click("form[action='/messages/seen'] button");
  assert.equal(await count(), 0);
  await ctx.close();
});

for (const width of [1440, 390]) {
  test(`a calendar address is shown once and can be copied, at ${width}`, async () => {
    const { ctx, page } = await open("owner", width, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(site.base + "/messages/settings");
    await page.fill("#cl", "手机 " + width);
    await page.click("form[action='/messages/calendar'] button");
    const address = (await page.locator("#fresh pre").innerText()).trim();
    assert.match(address, /\/calendar\/[\w-]{43}\.ics$/);
    await holds(page, "calendar-made");
    await page.click("#fresh button");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), address);
    const feed = await fetch(address);
    assert.equal(feed.headers.get("content-type"), "text/calendar; charset=utf-8");
    await page.goto(site.base + "/messages/settings");
    assert.equal(await page.locator("#fresh").count(), 0);
    await page.click("form[action='/messages/calendar/end'] button");
    assert.equal((await fetch(address)).status, 404);
    await ctx.close();
  });

  test(`the officer opens a webhook and pauses it, at ${width}`, async () => {
    const { ctx, page } = await open("system", width);
    await page.goto(site.base + "/hooks");
    await page.fill("#hk-l", "示例办公系统 " + width);
    await page.fill("#hk-u", "http://oa.example.cn/hook");
    await page.click(".hkf button");
    assert.match(await page.locator(".hkf .err").innerText(), /https/);
    await holds(page, "hook-refused");
    await page.fill("#hk-u", "https://oa.example.invalid/hook");
    await page.click(".hkf button");
    assert.match(await page.locator("#fresh pre").innerText(), /^whsec_/);
    await holds(page, "hook-opened");
    await page.goto(site.base + "/hooks");
    assert.equal(await page.locator("#fresh").count(), 0);
    const row = page.locator(".hks li").first();
    await row.locator("details summary").first().click();
    await row.locator("details input[name=reason]").first().fill("对方检修");
    await holds(page, "hook-pausing");
    await row.locator("details form button").first().click();
    assert.match(await page.locator(".hks li").first().innerText(), /停着[\s\S]*对方检修/);
    await holds(page, "hook-paused");
    await page.click(".hks li:first-child form[action$='/resume'] button");
    assert.match(await page.locator(".hks li").first().innerText(), /在发/);
    await ctx.close();
  });
}
