// A meeting by keyboard alone, with two recorders at once: nothing is overwritten, what was typed without a connection comes in
// once, a decision becomes tasks, and their receipts stand on the page before the meeting is closed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium as pw } from "playwright-core";
import { strayNumbers } from "./crawl.mjs";
import { chromium, password, serve } from "./serve.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const meeting = "/meeting/M-2022-0706-1";
let site, browser;
before(async () => {
  site = await serve();
  browser = await pw.launch(chromium);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

async function sit(role, opts = {}) {
  const ctx = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: "zh-CN", ...opts });
  const page = await ctx.newPage();
  page.errors = [];
  page.on("pageerror", (e) => page.errors.push(e.message));
  await page.goto(site.base + "/signin");
  await page.fill("#login", role);
  await page.fill("#password", password);
  await page.click("form.sf button");
  await page.waitForLoadState("load");
  return page;
}

// put adds an item to the agenda.
async function put(page, title, subject) {
  await page.goto(site.base + meeting);
  await page.click("#edit summary");
  await page.fill("[name=new_title]", title);
  await page.fill("[name=new_subject]", subject);
  await page.click("#edit button");
  await page.waitForURL(/did=agenda/);
}

const lines = (page) => page.$$eval("[data-lines] textarea", (all) => all.map((a) => a.value).filter(Boolean));
const saved = (page) => page.waitForFunction(() => /\d\d:\d\d:\d\d/.test(document.querySelector("[data-saved]").textContent) && document.querySelector("[data-saved]").classList.contains("green"));
const sees = (page, text) => page.waitForFunction((t) => [...document.querySelectorAll("[data-lines] textarea")].some((a) => a.value.includes(t)), text);

let first, second;
test("the agenda is set and the meeting opened", async () => {
  first = await sit("dispatcher");
  await put(first, "快速通道：征迁和管线", "P-2022-0311");
  await put(first, "营流路：2 处房屋评估", "P-2022-0342");
  await put(first, "汛期排涝", "");
  await first.keyboard.press("Tab"); // by keyboard from here on
  await first.getByRole("button", { name: "开会", exact: true }).focus();
  await first.keyboard.press("Enter");
  await first.waitForURL(/\/live/);
  second = await sit("supervisor");
  await second.goto(site.base + meeting + "/live");
  assert.match(await first.locator("h1").innerText(), /快速通道/);
});

test("a number chooses, units and days are recognised, and stand as tasks at once", async () => {
  await first.keyboard.press("1");
  await first.keyboard.type("区交通局8月31日前迁完管线；龙泉街道7月20日前签完11户，区住建局配合");
  await saved(first);
  await first.waitForSelector('[data-draft] [name="d1_unit"]');
  assert.equal(await first.locator("tr.on [name=option]").inputValue(), "甲");
  assert.deepEqual(await first.$$eval("[data-draft]", (all) => all.map((li) => li.querySelector("[name$=_unit]").value + " " + li.querySelector("[name$=_by]").value)), ["jtj 2022-08-31", "lq 2022-07-20"]);
  assert.ok((await first.locator(".got").count()) >= 4, "what was recognised is tinted");
});

test("the live page is sound at both widths and in both languages", async () => {
  for (const locale of ["zh-CN", "en-US"]) {
    for (const width of [1440, 390]) {
      const page = await sit("dispatcher", { locale, viewport: { width, height: 900 } });
      await page.goto(site.base + meeting + "/live");
      await page.waitForSelector("[data-draft]");
      await page.waitForTimeout(200);
      if (process.env.SHIGAN_SHOTS) await page.screenshot({ path: `${process.env.SHIGAN_SHOTS}/meeting-live-${width}-${locale}.png`, fullPage: true });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `runs out of the page at ${width}`);
      assert.deepEqual(await page.evaluate(strayNumbers), []);
      await page.evaluate(axe);
      assert.deepEqual(await page.evaluate(async () => (await window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`)), []);
      await page.context().close();
    }
  }
});

test("two recorders write at once: each sees the other's post and neither loses a sentence", async () => {
  await sees(second, "区交通局8月31日前");
  await second.keyboard.press("Enter"); // from the title into the notes
  await second.keyboard.type("区财政局把迁改科目下了");
  await saved(second);
  await sees(first, "区财政局把迁改科目下了");
  await first.waitForFunction(() => document.querySelector("[data-people]").textContent.includes("2 人在记"));
  // both change the same line between two looks
  const change = async (page, to) => {
    const line = page.locator("[data-lines] textarea").nth(1);
    await line.focus();
    await page.keyboard.press("End");
    await page.keyboard.type(to);
  };
  await Promise.all([change(first, "，8日前"), change(second, "，本周五前")]);
  await Promise.all([saved(first), saved(second)]);
  for (const page of [first, second]) {
    await sees(page, "，8日前");
    await sees(page, "，本周五前");
  }
  await first.waitForFunction(() => [...document.querySelectorAll(".by0")].some((b) => b.textContent.includes("两人同时改了") || b.dataset.who?.includes("两人同时改了")));
  assert.deepEqual(new Set(await lines(first)), new Set(await lines(second)));
});

test("what was typed without a connection comes in once when it is back", async () => {
  await second.context().setOffline(true);
  const rows = second.locator("[data-lines] textarea");
  await rows.last().focus();
  await second.keyboard.type("管线权属单位到现场交底");
  await second.keyboard.press("Enter");
  await second.keyboard.type("项目部每周报一次");
  await second.waitForSelector("[data-offline]:not([hidden])");
  assert.match(await second.locator("[data-offline]").innerText(), /断网/);
  assert.ok((await second.evaluate(() => JSON.stringify({ ...localStorage }))).includes("管线权属单位到现场交底"), "kept in the browser");
  await second.keyboard.press("Control+Enter");
  await second.waitForFunction(() => document.querySelector("[data-refused]").textContent.includes("断网"));
  await second.context().setOffline(false);
  await sees(first, "项目部每周报一次");
  await second.waitForFunction(() => document.querySelector("[data-offline]").hidden);
  for (const text of ["管线权属单位到现场交底", "项目部每周报一次"]) assert.equal((await lines(first)).filter((l) => l.includes(text)).length, 1, text);
  assert.equal(await second.evaluate(() => Object.values({ ...localStorage }).some((v) => v.includes("项目部每周报一次"))), false, "nothing waits any more");
});

test("Tab fills what lacks, Ctrl+Enter decides, and the tasks are out", async () => {
  // the line that both changed stands twice: one of its tasks is left out
  await first.locator("[data-lines] textarea").first().focus();
  const lack = () => first.evaluate(() => document.querySelectorAll("[data-draft]:not(:has([type=checkbox]:checked)) .lack").length);
  await first.waitForFunction(() => document.querySelectorAll("[data-draft]").length >= 3);
  for (let i = 0; i < 4 && (await lack()) > 0; i++) {
    await first.keyboard.press("Tab");
    assert.match(await first.evaluate(() => document.activeElement.name), /_by$|_unit$/, "Tab goes to what lacks");
    await first.evaluate(() => ((document.activeElement.value = document.activeElement.type === "date" ? "2022-07-08" : "czj"), document.activeElement.dispatchEvent(new Event("input", { bubbles: true }))));
  }
  assert.equal(await lack(), 0);
  await first.keyboard.press("Control+Enter");
  await first.waitForURL(/did=decided/);
  assert.match(await first.locator("h1").innerText(), /营流路/, "the next item comes up by itself");
  const out = await first.locator("[data-tasks] .task").allInnerTexts();
  assert.ok(out.some((t) => t.includes("迁完管线") && t.includes("待签收")), out.join(" | "));
  await second.waitForFunction(() => document.querySelector("h1")?.textContent.includes("营流路"), null, { timeout: 15000 }); // the other recorder is taken along
});

test("a receipt stands on the page before the meeting is closed", async () => {
  const line = await sit("line");
  const task = await first.locator("[data-tasks] .task", { hasText: "迁完管线" }).locator("a").getAttribute("href");
  await line.goto(site.base + task);
  await line.locator("form[action$='/move']", { hasText: "签收" }).first().locator("button").click();
  await line.waitForLoadState("load");
  await first.waitForFunction(() => [...document.querySelectorAll("[data-tasks] .task")].some((t) => t.textContent.includes("迁完管线") && /签收 \d\d:\d\d/.test(t.textContent)), null, { timeout: 10000 });
  assert.match(await first.locator("[data-say]").innerText(), /签收了：迁完管线/);
  assert.match(await first.locator("[data-count]").innerText(), /^1 \//);
  await line.context().close();
});

test("Ctrl+Z takes a decision back with a reason, Alt+H holds over, Alt+arrow jumps", async () => {
  await first.keyboard.press("2");
  await first.keyboard.type("通济街道7月22日前签完两户");
  await saved(first);
  await first.waitForSelector("[data-draft]");
  await first.keyboard.press("Control+Enter");
  await first.waitForFunction(() => document.querySelector("h1")?.textContent.includes("汛期"));
  await first.waitForURL(/did=decided/);
  await first.keyboard.press("Control+z");
  assert.equal(await first.evaluate(() => document.activeElement.id), "undo-why");
  await first.keyboard.type("记错了办法");
  await first.keyboard.press("Control+Enter");
  await first.waitForURL(/did=undone/);
  assert.match(await first.locator("h1").innerText(), /营流路/);
  assert.ok((await lines(first)).some((l) => l.includes("签完两户")), "the notes are still there");
  await first.keyboard.press("Control+Enter");
  await first.waitForURL(/did=decided/);
  await first.keyboard.press("Alt+ArrowUp");
  await first.waitForFunction(() => document.querySelector("h1")?.textContent.includes("营流路"));
  await first.keyboard.press("Alt+ArrowDown");
  await first.waitForFunction(() => document.querySelector("h1")?.textContent.includes("汛期"));
  await first.keyboard.press("Alt+h");
  assert.equal(await first.evaluate(() => document.activeElement.id), "hold-why");
  await first.keyboard.type("等城管局的方案");
  await first.keyboard.press("Control+Enter");
  await first.waitForURL(/did=held/);
});

test("the meeting closes when nothing is open, and its papers are there", async () => {
  await first.getByRole("button", { name: "散会" }).focus();
  await first.keyboard.press("Enter");
  await first.waitForURL(/did=closed/);
  const page = await first.locator("main").innerText();
  for (const text of ["迁完管线", "等城管局的方案", "会议纪要"]) assert.ok(page.includes(text), text);
  await first.goto(site.base + meeting + "/minutes");
  assert.match(await first.locator(".a4").first().innerText(), /区交通运输局.*8 月 31 日前/s);
  assert.deepEqual([...first.errors, ...second.errors], []);
});

test("without script the same meeting goes by forms", async () => {
  const page = await sit("dispatcher", { javaScriptEnabled: false });
  await page.goto(site.base + "/meetings");
  await page.click("#call summary");
  await page.fill("#mc-title", "专题会（示例）");
  await page.fill("#mc-on", "2022-07-08");
  await page.fill("#mc-at", "09:30");
  await page.click("#call button");
  await page.click("#edit summary");
  await page.fill("[name=new_title]", "工地用电");
  await page.click("#edit button");
  await page.click("text=开会 >> nth=-1");
  await page.fill("[data-lines] textarea >> nth=-1", "区城管局7月15日前检修泵站");
  await page.click("[data-lines] button >> nth=-1");
  assert.equal(await page.locator("[name=d0_unit]").inputValue(), "cgj");
  await page.fill("[name=d0_by]", "");
  await page.click("#decide button");
  assert.match(await page.locator("[role=alert]").first().innerText(), /哪天|日子/);
  assert.equal(await page.locator("[name=d0_title]").inputValue(), "检修泵站", "what was typed is still there");
  await page.fill("[name=d0_by]", "2022-07-15");
  await page.selectOption("[name=raiser]", "zjj"); // no chair and no matter: somebody has to be named
  await page.click("#decide button");
  assert.equal(await page.locator("[role=alert]:visible").count(), 0, await page.locator("main").innerText());
  assert.ok((await page.locator("[data-tasks]").innerText()).includes("检修泵站"));
  await page.context().close();
});
