// A site visit on a phone of 390 px: filled in without a network, signed, sent once when there is one again; a line that drops
// after the server has it; a refusal that gives the draft back; a phone that two people share; and the same form without script.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { chromium as pw } from "playwright-core";
import { strayNumbers } from "./crawl.mjs";
import { chromium, password, serve } from "./serve.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site, browser, token, line;
before(async () => {
  site = await serve();
  line = await wire(new URL(site.base).port);
  browser = await pw.launch(chromium);
  token = await tokenOf("leader");
});
after(async () => {
  await browser?.close();
  await line?.cut();
  site?.stop();
});

// wire is the line between the phones and the server: it can be cut, for pages and worker alike, and be joined again.
async function wire(to) {
  const open = new Set();
  const server = createServer((a) => {
    const b = connect(to, "127.0.0.1");
    for (const [x, y] of [[a, b], [b, a]]) {
      open.add(x);
      x.pipe(y);
      x.on("error", () => y.destroy());
      x.on("close", () => (open.delete(x), y.destroy()));
    }
  });
  const listen = (port) => new Promise((r) => server.listen(port, "127.0.0.1", r));
  await listen(0);
  const { port } = server.address();
  return {
    base: `http://127.0.0.1:${port}`,
    join: () => listen(port),
    cut() {
      open.forEach((s) => s.destroy());
      return new Promise((r) => server.close(r));
    },
  };
}

const lose = async (ctx) => (await line.cut(), ctx.setOffline(true));
const find = async (ctx) => (await line.join(), ctx.setOffline(false));

const api = async (path, as = token, body) => {
  const res = await fetch(site.base + "/api/v1" + path, { method: body ? "POST" : "GET", headers: { ...(as ? { Authorization: "Bearer " + as } : {}), "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  return res.json();
};
const tokenOf = async (login) => (await api("/sessions", "", { login, password })).token;

// visits whose notes hold a text
const noted = async (text) => (await api("/visits?limit=500")).items.filter((v) => v.notes.some((n) => n.text.includes(text)));

async function phone(role, opts = {}) {
  const ctx = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", hasTouch: true, ...opts });
  const page = await ctx.newPage();
  page.errors = [];
  page.on("pageerror", (e) => page.errors.push(e.message));
  await signIn(page, role);
  return { ctx, page };
}

async function signIn(page, role) {
  await page.goto(line.base + "/signin");
  await page.fill("#login", role);
  await page.fill("#password", password);
  await page.click("form.sf button");
  await page.waitForLoadState("load");
}

const next = (page) => page.click("[data-v-next]");

// fill answers the questions one by one, up to the last look.
async function fill(page, text, findings) {
  await page.check("[data-v-first] li:nth-child(1) input");
  await next(page);
  await page.check("[data-v-who] li:nth-child(1) input");
  await next(page);
  await page.fill("#note_", text);
  await next(page);
  for (const [i, title] of findings.entries()) {
    if (i) await page.click("[data-v-more]");
    await page.fill(`#f${i + 1}_title`, title);
  }
  await page.click("[data-v-go]");
  await page.waitForSelector("[data-v-check]:not([hidden])");
}

const kept = (page) => page.waitForFunction(async () => (await (await caches.open("visit")).match("/visit/new")) !== undefined && navigator.serviceWorker.controller !== null);

async function clean(page, what) {
  assert.deepEqual(page.errors, [], what);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${what} runs ${wide} px out of the page`);
  assert.deepEqual(await page.evaluate(strayNumbers), [], what + ": numbers that are no figures");
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`));
  assert.deepEqual(found, [], what);
}

test("a visit filled in and signed without a network is sent once when there is one, with its findings", async () => {
  const { ctx, page } = await phone("leader");
  await page.goto(line.base + "/visit/new");
  await page.reload(); // the second time the worker holds the page
  await kept(page);
  await lose(ctx);
  await fill(page, "断网时看到的", ["管线没有迁走", "临时用电没批下来"]);
  assert.match(await page.locator("[data-v-note]").innerText(), /草稿在这部手机上，没发出/);
  await page.click("[data-v-sign]");
  await page.waitForSelector("[data-v-sent]:not([hidden])");
  await page.reload(); // the browser was closed and opened again, still without a network
  await page.waitForSelector("[data-v-queue]:not([hidden])");
  assert.match(await page.locator("[data-v-queue]").innerText(), /有 1 次走访签好了/);
  assert.equal(await page.locator("#note_").inputValue(), "", "what was signed is not the draft any more");
  assert.equal((await noted("断网时看到的")).length, 0);
  await find(ctx);
  await page.waitForSelector("[data-v-queue]", { state: "hidden" });
  const got = await noted("断网时看到的");
  assert.equal(got.length, 1);
  assert.equal(got[0].findings.length, 2);
  await page.goto(line.base + "/visit/" + got[0].id);
  assert.match(await page.locator("main").innerText(), /管线没有迁走[\s\S]*临时用电没批下来/);
  await clean(page, "the visit");
  await page.goto(line.base + "/visit/new"); // nothing is sent again
  await page.waitForTimeout(300);
  assert.equal((await noted("断网时看到的")).length, 1);
  await ctx.close();
});

test("a draft outlives the browser, on the phone without a network and on the server with one", async () => {
  const { ctx, page } = await phone("line");
  await page.goto(line.base + "/visit/new");
  await page.reload();
  await kept(page);
  await lose(ctx);
  await page.fill("#v-place", "断网时写的地方");
  await page.reload();
  assert.equal(await page.locator("#v-place").inputValue(), "断网时写的地方");
  await find(ctx);
  await page.fill("#v-purpose", "看桥墩");
  await page.waitForSelector("[data-v-note][data-state=saved]");
  const other = await phone("line"); // another device of the same person
  await other.page.goto(line.base + "/visit/new");
  assert.equal(await other.page.locator("#v-place").inputValue(), "断网时写的地方");
  await other.ctx.close();
  await ctx.close();
});

test("a line that drops after the server has the visit leaves one visit", async () => {
  const { ctx, page } = await phone("leader");
  await page.goto(line.base + "/visit/new");
  let lost = 0;
  await page.route("**/visit/new/send", async (route) => {
    if (lost++ === 0) {
      await route.fetch(); // it arrives, and the answer does not
      return route.abort();
    }
    return route.continue();
  });
  await fill(page, "断在半路的", ["围挡破了"]);
  await page.click("[data-v-sign]");
  await page.waitForSelector("[data-v-sent]:not([hidden])");
  assert.equal((await noted("断在半路的")).length, 1);
  await page.click("[data-v-retry]");
  await page.waitForURL(/\/visit\/V-.*did=again/);
  const got = await noted("断在半路的");
  assert.equal(got.length, 1);
  assert.equal(got[0].findings.length, 1);
  await ctx.close();
});

test("an answer that is not the server's is no receipt", async () => {
  const { ctx, page } = await phone("leader");
  await page.goto(line.base + "/visit/new");
  let portal = true;
  await page.route("**/visit/new/send", (route) => (portal ? route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Wi-Fi</h1>" }) : route.continue()));
  await fill(page, "隔着门户的", []);
  await page.click("[data-v-sign]");
  await page.waitForSelector("[data-v-sent]:not([hidden])");
  assert.equal((await noted("隔着门户的")).length, 0);
  portal = false;
  await page.click("[data-v-retry]");
  await page.waitForURL(/\/visit\/V-.*did=noted/);
  assert.equal((await noted("隔着门户的")).length, 1);
  await ctx.close();
});

test("what the server refuses comes back with its sentence at its question, and is sent once it is mended", async () => {
  const { ctx, page } = await phone("leader");
  await page.goto(line.base + "/visit/new");
  await page.fill("#v-from", "16:00");
  await page.fill("#v-to", "14:00");
  await fill(page, "时间写反的", []);
  await page.click("[data-v-sign]");
  await page.waitForSelector("[data-v-err]:not([hidden])");
  assert.match(await page.locator("[data-v-err]").innerText(), /先到后走/);
  assert.ok(await page.locator("#q-where").isVisible(), "the question that it is about is open");
  await page.fill("#v-to", "17:00");
  for (let i = 0; i < 3; i++) await next(page);
  await page.click("[data-v-go]");
  await page.click("[data-v-sign]");
  await page.waitForURL(/\/visit\/V-/);
  assert.equal((await noted("时间写反的")).length, 1);
  await ctx.close();
});

test("two people on one phone: nobody sees or sends the other's, and signing out clears the kept page", async () => {
  const { ctx, page } = await phone("leader");
  await page.goto(line.base + "/visit/new");
  await page.reload();
  await kept(page);
  await lose(ctx);
  await fill(page, "区领导的话", []);
  await page.click("[data-v-sign]");
  await page.waitForSelector("[data-v-sent]:not([hidden])");
  await page.route("**/visit/new/send", (route) => route.abort()); // there is a network, and still no way through
  await find(ctx);
  await page.goto(line.base + "/visits");
  await page.click(".who .menu summary");
  await page.click('form[action="/signout"] button');
  await page.waitForURL(/signin/);
  await page.waitForFunction(async () => !(await caches.has("visit")) || !(await (await caches.open("visit")).match("/visit/new")));
  await lose(ctx);
  await assert.rejects(page.goto(line.base + "/visit/new"), "the form opens without a network after its reader has signed out");
  await find(ctx);
  await page.unroute("**/visit/new/send");
  await signIn(page, "line");
  await page.goto(line.base + "/visit/new");
  await page.waitForTimeout(400);
  assert.ok(await page.locator("[data-v-queue]").isHidden(), "the other's visit is shown");
  assert.equal((await noted("区领导的话")).length, 0, "the other's visit was sent under another name");
  await page.goto(line.base + "/visits");
  await page.click(".who .menu summary");
  await page.click('form[action="/signout"] button');
  await page.waitForURL(/signin/);
  await signIn(page, "leader");
  await page.goto(line.base + "/visit/new");
  await page.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith("visit/waiting/")));
  const got = await noted("区领导的话");
  assert.equal(got.length, 1);
  assert.notEqual(got[0].visitor.post, "line");
  await ctx.close();
});

test("without script the same form is noted over the server's pages", async () => {
  const { ctx, page } = await phone("leader", { javaScriptEnabled: false });
  await page.goto(line.base + "/visit/new");
  await page.fill("#v-place", "没有脚本的地方");
  await page.fill("#note_", "没有脚本时看到的");
  await page.fill("#f1_title", "路灯不亮");
  await page.click("[data-v-more]");
  await page.fill("#f2_title", "井盖松动");
  await page.click("[data-v-go]");
  assert.match(await page.locator("main").innerText(), /看一遍，再签[\s\S]*井盖松动/);
  await page.click("form[action='/visit/new/send'] button");
  const got = await noted("没有脚本时看到的");
  assert.equal(got.length, 1);
  assert.equal(got[0].findings.length, 2);
  await ctx.close();
});

for (const lang of ["zh-CN", "en-US"]) {
  for (const width of [390, 1440]) {
    test(`every step is clean at ${width} in ${lang}`, async () => {
      const { ctx, page } = await phone("leader", { locale: lang, viewport: { width, height: 844 } });
      await page.goto(line.base + "/visit/new");
      await page.check("[data-v-first] li:nth-child(1) input");
      await page.check("[data-v-first] li:nth-child(2) input");
      await clean(page, "where");
      if (width < 640) await next(page);
      await clean(page, "who");
      if (width < 640) await next(page);
      await page.fill("[data-v-notes] textarea >> nth=0", "看到的");
      await clean(page, "seen");
      if (width < 640) await next(page);
      await page.fill("#f1_title", "问题");
      await page.click(".fmore summary");
      await page.click("[data-v-more]");
      await clean(page, "found");
      await page.fill("#f2_title", "又一个问题");
      await page.click("[data-v-go]");
      await page.waitForSelector("[data-v-check]:not([hidden])");
      await clean(page, "the last look");
      await ctx.close();
    });
  }
}
