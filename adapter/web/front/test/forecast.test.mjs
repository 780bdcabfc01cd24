// Forecasts in a browser: a tick is answered at once, what is kept is shown, a placed problem and reported progress move the odds,
// and sentence, ticks, hump and reasons say the same.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium as pw } from "playwright-core";
import { chromium, password, serve } from "./serve.mjs";

let site, browser;
before(async () => {
  site = await serve();
  browser = await pw.launch(chromium);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

async function open(role, width = 1440) {
  const ctx = await browser.newContext({ viewport: { width, height: 1000 }, locale: "zh-CN" });
  const page = await ctx.newPage();
  await page.goto(site.base + "/signin");
  await page.fill("#login", role);
  await page.fill("#password", password);
  await page.click("form.sf button");
  await page.waitForLoadState("load");
  return page;
}

const percent = (s) => Number(/(\d+)%/.exec(s)?.[1] ?? NaN);

test("a tick changes the odds beside the list, and what is kept is shown", async () => {
  const page = await open("leader");
  await page.goto(site.base + "/slipping?p=JM-209/finish");
  const before = percent(await page.textContent("tr.on .odds"));
  await page.check('[id="a-close:P-2022-0311"]');
  await page.waitForSelector("#try .ba");
  const [was, now] = (await page.locator("#try .ba .v").allTextContents()).map(percent);
  assert.equal(was, before, "the sheet and the list begin with the same odds");
  assert.ok(now > was, `${was} → ${now}`);
  assert.match(page.url(), /a=close/, "the address says what was tried");
  await page.click("#moves");
  await page.locator('#try .moves input[name^="n:take:"]').last().fill("400");
  await page.locator('#try .moves input[name^="n:take:"]').last().blur();
  await page.waitForFunction((was) => document.querySelectorAll("#try .ba .v")[1]?.textContent !== was, `${now}%`);
  assert.ok(percent((await page.locator("#try .ba .v").allTextContents())[1]) < now, "a step of four hundred days is felt");
  assert.ok(await page.locator("#try details.moves").getAttribute("open") !== null, "the table stays open");
  await page.locator('#try .moves input[name^="n:take:"]').last().fill("");
  await page.locator('#try .moves input[name^="n:take:"]').last().blur();
  await page.waitForFunction((was) => document.querySelectorAll("#try .ba .v")[1]?.textContent === was, `${now}%`);
  await page.fill('#try input[name="note"]', "会上定管线代建");
  await page.click("#try .tsave button");
  await page.waitForLoadState("load");
  assert.match(await page.textContent("#try"), /会上定管线代建/);
  await page.context().close();
});

test("sentence, ticks, hump and reasons say the same", async () => {
  const page = await open("leader");
  for (const id of ["JM-001", "JM-209", "JM-210"]) {
    await page.goto(`${site.base}/forecast?p=${id}/finish`);
    const head = percent(await page.textContent("h2"));
    assert.equal(percent(await page.textContent(".ans")), head, id);
    assert.equal(percent(await page.getAttribute("svg.hump", "aria-label")), head, id);
    const likely = /多半 (\d{4}-\d{2}-\d{2})/.exec(await page.textContent(".ans"))[1];
    assert.ok((await page.getAttribute("svg.hump", "aria-label")).includes(likely), id);
    await page.goto(`${site.base}/project/${id}`);
    assert.equal(percent(await page.textContent(".fcg .odds")), head, id);
    assert.ok((await page.textContent(".fcg .d")).includes(likely), id);
  }
  await page.context().close();
});

test("a problem that is taken out of the network and put back moves the odds there and back", async () => {
  const page = await open("dispatcher");
  const odds = async () => percent(await page.textContent(".lede .odds"));
  await page.goto(`${site.base}/project/JM-210/network`);
  const held = await odds();
  const place = async (step) => {
    const form = page.locator('form.inl:has(input[value="P-2022-0342"])');
    await form.locator("select").selectOption(step);
    await form.locator("button").click();
    await page.waitForLoadState("load");
  };
  await place("");
  assert.ok((await odds()) > held, "free of the problem it is likelier");
  await place("5");
  assert.equal(await odds(), held);
  await page.context().close();
});

test("the drawing follows the table while it is typed, and Enter adds a step", async () => {
  const page = await open("dispatcher");
  await page.goto(`${site.base}/project/JM-209/network`);
  const head = await page.textContent("#net-head h1");
  const days = page.locator('input[name="days"]').nth(12);
  const before = await days.inputValue();
  await days.fill("300");
  await days.blur();
  await page.waitForFunction((was) => document.querySelector("#net-head h1").textContent !== was, head);
  assert.match(await page.textContent("#net-head"), /还没存/);
  assert.equal(await days.inputValue(), "300", "what is typed stays");
  await page.locator('input[name="after"]').first().fill("13");
  await page.locator('input[name="after"]').first().blur();
  await page.waitForSelector("#net-head [role=alert]");
  assert.match(await page.textContent("#net-head"), /绕成一圈/);
  await page.locator('input[name="after"]').first().fill("");
  await days.fill(before);
  await days.blur();
  await page.waitForFunction((was) => document.querySelector("#net-head h1").textContent === was, head);
  const rows = await page.locator('.netf input[name="name"]').count();
  await page.locator('.netf input[name="name"]').last().press("Enter");
  assert.equal(await page.locator('.netf input[name="name"]').count(), rows + 1);
  assert.equal(await page.evaluate(() => document.activeElement.name), "name");
  await page.reload();
  assert.equal(await page.textContent("#net-head h1"), head, "nothing was stored");
  await page.context().close();
});

test("a table with a loop comes back as it was typed, with the loop named", async () => {
  const page = await open("dispatcher");
  await page.goto(`${site.base}/project/JM-017/network?from=sample/network-road`);
  await page.locator('input[name="after"]').first().fill("14");
  await page.click('button[name="look"]');
  await page.waitForLoadState("load");
  assert.match(await page.textContent('[role="alert"]'), /绕成一圈/);
  assert.equal(await page.locator('input[name="after"]').first().inputValue(), "14");
  await page.locator('input[name="after"]').first().fill("");
  await page.click(".nfoot .bt.p");
  await page.waitForLoadState("load");
  assert.match(await page.textContent(".did"), /路线图存下了/);
  await page.context().close();
});
