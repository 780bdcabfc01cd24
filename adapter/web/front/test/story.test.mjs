// 15 February 2022, from the site to the signature, through the pages of a district that is founded for it: two nodes are visited, what was
// found is raised on the spot, the meeting of the same day decides, its tasks are received before it is closed; later one is overdue and
// has climbed, one is refused with a reason and signed by a second, one is opened again, one is closed by its raiser; and the line at the
// foot of who owes what, and the next meeting, say so. The district's own clock is set on from day to day.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium as pw } from "playwright-core";
import { strayNumbers } from "./crawl.mjs";
import { chromium, password, shigan, start } from "./serve.mjs";

const data = mkdtempSync(join(tmpdir(), "shigan-story-"));
const meeting = "M-2022-0215-1";
const task = (n) => `T-20220215-0${n}`;
let site, browser;

// at serves the district from an instant of its own clock on.
async function at(when, ...between) {
  await site?.stop();
  shigan(data, "init", "--practice-clock", when + ":00+08:00");
  for (const args of between) shigan(data, ...args);
  site = await start(data, true);
}

const api = async (as, path, body) => {
  const res = await fetch(site.base + "/api/v1" + path, { method: "POST", headers: { ...(as ? { Authorization: "Bearer " + as } : {}), "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const got = await res.json();
  assert.ok(res.ok, path + ": " + JSON.stringify(got));
  return got;
};

// found sets up units, posts, people, two projects and the rules that are in force.
async function found() {
  shigan(data, "init", "--practice-clock", "2022-02-15T08:30:00+08:00");
  const on = ["--on", "2021-01-01"];
  for (const [id, name, cls, parent] of [["jimo", "即墨区", "district"], ["fgj", "区发展和改革局", "department", "jimo"], ["jtj", "区交通运输局", "department", "jimo"], ["lq", "龙泉街道", "town", "jimo"], ["co", "示例建设公司", "enterprise", "jimo"]])
    shigan(data, "unit", "add", id, "--name", name, "--class", cls, ...(parent ? ["--parent", parent] : []), ...on);
  for (const [id, unit, name, role] of [["top", "jimo", "区主要领导", "leader"], ["leader", "jimo", "分管区领导", "leader"], ["dispatcher", "fgj", "项目办调度", "dispatcher"], ["line", "jtj", "交通局核实", "line"], ["local", "lq", "街道填报", "local"],
    ["townhead", "lq", "街道主要负责人", "local"], ["owner", "co", "项目单位", "owner"], ["rulekeeper", "fgj", "规则管理", "rulekeeper"]]) {
    shigan(data, "post", "add", id, "--unit", unit, "--name", name, "--role", role, ...on);
    shigan(data, "user", "add", id, "--name", "示例" + name, "--post", id, "--password-file", "-", ...on);
  }
  shigan(data, "rules", "adopt", "sample/jimo", "--from", "2022-01");
  for (const desk of ["sample/jimo-problem", "china/finding", "china/task"]) shigan(data, "desk", "adopt", desk);
  shigan(data, "rhythm", "adopt", "sample/jimo-meetings");
  site = await start(data, true);
  const { token } = await api("", "/sessions", { login: "dispatcher", password });
  for (const [id, head, leader] of [["jimo", "top", ""], ["lq", "townhead", "leader"], ["jtj", "line", "leader"]]) await api(token, `/units/${id}/lead`, { head, leader, on: "2021-01-01" });
  for (const [id, name] of [["JM-001", "示例快速通道"], ["JM-002", "示例断头路"]]) {
    await api(token, "/projects", { id, list: "208", on: "2022-01-01", start: "2022-03-31", finish: "2023-12-31", stage: "ready", facts: { name: { zh: name, en: name }, level: "district", class: "infrastructure", front: "projects", owner_unit: "co", local_unit: "lq", line_unit: "jtj", sample: true } });
    await api(token, `/projects/${id}/set-duty`, { lead: "leader", line: "line", local: "local", owner: "owner" });
  }
}

before(async () => {
  await found();
  browser = await pw.launch(chromium);
});
after(async () => {
  await browser?.close();
  await site?.stop();
  rmSync(data, { recursive: true, force: true });
});

async function sit(role, opts = {}) {
  const ctx = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: "zh-CN", ...opts });
  const page = await ctx.newPage();
  page.setDefaultTimeout(15000);
  page.errors = [];
  page.on("pageerror", (e) => page.errors.push(e.message));
  await page.goto(site.base + "/signin");
  await page.fill("#login", role);
  await page.fill("#password", password);
  await page.click("form.sf button");
  await page.waitForLoadState("load");
  return page;
}

// does fills in and sends one form of a case as somebody; whatever the form is folded into is opened first.
async function does(role, id, deed, move, fill = {}) {
  const page = await sit(role);
  await page.goto(`${site.base}/case/${id}`);
  const form = page.locator(`form[action="/case/${id}/${deed}"]` + (move ? `:has(input[name=move][value="${move}"])` : "")).first();
  await form.evaluate((el) => {
    for (let d = el.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  });
  for (const [name, value] of Object.entries(fill)) {
    const field = form.locator(`[name="${name}"]`);
    if ((await field.first().getAttribute("type")) === "radio") await form.locator(`[name="${name}"][value="${value}"]`).check();
    else await field.fill(value);
  }
  await form.locator("button").last().click();
  await page.waitForURL(/did=/);
  const text = await page.locator("main").innerText();
  assert.deepEqual(page.errors, [], id);
  await page.context().close();
  return text;
}

const move = (role, id, name, fill) => does(role, id, "move", name, fill);

test("two nodes are visited, and what was found is raised on the spot", async () => {
  await at("2022-02-15T15:40");
  const page = await sit("leader", { viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.goto(site.base + "/visit/new");
  await page.locator("[data-q=where] details").evaluate((el) => (el.open = true)); // nothing yet says where to go first
  for (const name of ["示例快速通道", "示例断头路"]) await page.locator("[data-q=where] li", { hasText: name }).locator("input").check();
  await page.click("[data-v-next]");
  await page.check("[data-v-who] li:nth-child(1) input");
  await page.click("[data-v-next]");
  for (const [i, text] of ["便道没有用地手续", "路断在 90 米处"].entries()) await page.locator("textarea[name^=note_JM-]").nth(i).fill(text);
  await page.click("[data-v-next]");
  for (const [i, title] of ["先行段便道没有用地", "管线专章没有人编", "两户附属物没有评估"].entries()) {
    if (i) await page.click("[data-v-more]");
    await page.fill(`#f${i + 1}_title`, title);
    await page.selectOption(`[name=f${i + 1}_project]`, i === 2 ? "JM-002" : "JM-001");
  }
  await page.click("[data-v-go]");
  await page.waitForSelector("[data-v-check]:not([hidden])");
  await page.click("[data-v-sign]");
  await page.waitForURL(/\/visit\/V-2022-0001\?did=sent/);
  const text = await page.locator("main").innerText();
  for (const title of ["先行段便道没有用地", "管线专章没有人编", "两户附属物没有评估"]) assert.ok(text.includes(title), title);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

let hall;
test("the meeting of the same day takes its agenda from the visit", async () => {
  for (const id of ["F-2022-0001", "F-2022-0002"])
    await does("dispatcher", id, "measure", "", { pain: "桩机进不了场", cause: "没有报批", mark1: "甲", option1: "先租后征", cost1: "18", date1: "2022-02-25", mark2: "乙", option2: "照原程序等", date2: "2022-05-10" });
  hall = await sit("dispatcher");
  await hall.goto(site.base + "/meetings");
  await hall.click("#call summary");
  await hall.fill("#mc-title", "现场调度会（示例）");
  await hall.fill("#mc-on", "2022-02-15");
  await hall.fill("#mc-at", "16:40");
  await hall.selectOption("#call [name=chair]", "top");
  await hall.click("#call button");
  await hall.waitForURL(new RegExp(meeting));
  await hall.click(`form[action="/meeting/${meeting}/propose"] button`);
  await hall.waitForLoadState("load");
  const text = await hall.locator("main").innerText();
  for (const title of ["先行段便道没有用地", "管线专章没有人编", "两户附属物没有评估"]) assert.ok(text.includes(title), title + " is on the agenda");
  await hall.getByRole("button", { name: "开会", exact: true }).click();
  await hall.waitForURL(/\/live/);
});

const saved = () => hall.waitForFunction(() => document.querySelector("[data-saved]")?.classList.contains("green") && /\d\d:\d\d:\d\d/.test(document.querySelector("[data-saved]").textContent));

// decide takes the first option and types what is to be done by whom.
async function decide(title, words, tasks) {
  assert.match(await hall.locator("h1").innerText(), title);
  await hall.keyboard.press("1");
  await hall.keyboard.type(words);
  await saved();
  await hall.waitForFunction((n) => document.querySelectorAll("[data-draft]").length === n, tasks);
  const was = await hall.locator("h1").textContent();
  await hall.keyboard.press("Control+Enter");
  await hall.waitForFunction((was) => (document.querySelector("h1")?.textContent ?? was) !== was, was);
}

test("what is decided becomes tasks, and they are received before the meeting is closed", async () => {
  await decide(/便道/, "龙泉街道2月25日前签便道临时用地协议；区交通运输局2月22日前批复便道临时用地", 2);
  await decide(/专章/, "区交通运输局2月21日前编完管线专章；龙泉街道2月21日前报探测费", 2);
  assert.match(await hall.locator("h1").innerText(), /附属物/);
  await hall.keyboard.press("Alt+h");
  await hall.keyboard.type("等住建的半幅通车图");
  await hall.keyboard.press("Control+Enter");
  await hall.waitForURL(/did=held/);
  for (const [role, n] of [["local", 1], ["line", 2], ["line", 3]]) await move(role, task(n), "receive");
  await hall.waitForFunction(() => document.querySelector("[data-count]")?.textContent.startsWith("3 / 4"), null, { timeout: 15000 });
  await move("townhead", task(4), "receive");
  await hall.waitForFunction(() => document.querySelector("[data-count]")?.textContent.startsWith("4 / 4"), null, { timeout: 15000 });
  assert.ok(hall.url().includes("/live"), "the page of the meeting is still open");
  await hall.getByRole("button", { name: "散会" }).click();
  await hall.waitForURL(/did=closed/);
  assert.deepEqual(hall.errors, []);
  await hall.context().close();
});

test("one is refused with a reason and signed by a second, one is closed by its raiser, one is opened again", async () => {
  await at("2022-02-18T14:30");
  await move("townhead", task(4), "explain", { outcome: "refused", reason: "年初预算没有这个科目" });
  await at("2022-02-21T10:00");
  assert.match(await move("dispatcher", task(4), "sign"), /办不了，已说明/);
  for (const n of [2, 3]) await move("line", task(n), "answer", { f_result: "示例结果", outcome: "done" });
  await at("2022-02-22T09:30");
  for (const n of [2, 3]) assert.match(await move("leader", task(n), "confirm"), /确认/);
  await at("2022-02-25T16:00");
  assert.match(await move("leader", task(2), "reopen", { reason: "批复的四至和现场不符" }), /批复的四至和现场不符/);
});

test("one is overdue and has climbed, and the page of who owes what says where it comes from", async () => {
  await at("2022-02-28T09:00", ["clock", "run", "--as", "dispatcher"]);
  const page = await sit("leader");
  const seen = async (path) => (await page.goto(site.base + path), (await page.locator("main").innerText()).replace(/\s+/g, " "));
  assert.match(await seen("/case/" + task(1)), /超 \d+ 天.*二级/);
  // the line of the task that went furthest: seen on the site, written down, answered, closed by its raiser, opened again and one level up
  const told = await seen("/owe?use=task");
  for (const want of ["签便道临时用地协议", "批复便道临时用地", "1 件超期", "2 月 15 日 现场 走访 2 个节点", "2 月 15 日 上账", "2 月 21 日 反馈", "2 月 22 日 销号 办成", "2 月 25 日 不认 提出人不认，上二级", "3 月 4 日 到期 还没到"]) assert.ok(told.includes(want), want + " in " + told);
  // and that of what was found: the meeting of the same day, what it decided, and that all was received
  const found = await seen("/owe?use=finding");
  for (const want of ["2 月 15 日 现场 走访 2 个节点", "2 月 15 日 议定 2 件任务", "2 月 15 日 签收 2 / 2 件", "2 月 15 日 调度会"]) assert.ok(found.includes(want), want + " in " + found);
  assert.deepEqual(await page.evaluate(strayNumbers), []);
  // who decided it finds both on his brief, and the meeting to come by the rhythm
  const brief = await seen("/brief");
  for (const want of ["3 月 2 日 14:30", "还没有通知", "定了还没办成 2", "1 件超期", "签便道临时用地协议", "批复便道临时用地"]) assert.ok(brief.includes(want), want + " in " + brief);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("the next meeting begins with what became of it", async () => {
  const page = await sit("dispatcher");
  await page.goto(site.base + "/meetings");
  await page.locator("li", { hasText: "2022-03-02" }).getByRole("button").click();
  await page.waitForURL(/M-2022-0302-1/);
  await page.click('form[action$="/propose"] button');
  await page.waitForLoadState("load");
  const text = (await page.locator("main").innerText()).replace(/\s+/g, " ");
  for (const want of ["两户附属物没有评估", "上次留下的", "签便道临时用地协议"]) assert.ok(text.includes(want), want + " in " + text);
  assert.match(text, /4 件.*办结 1.*在办 1.*超期 1.*办不了 1/);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});
