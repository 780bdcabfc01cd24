// Every page in Chinese, and what pages do when they are used.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look, open, site } from "./pages.mjs";

look("zh-CN");

test("a figure opens its reasons beside the page, Escape closes them and the focus goes back", async () => {
  const { ctx, page } = await open("dispatcher", 1440, "zh-CN");
  await page.goto(site.base + "/projects");
  const lamp = page.locator("a.lamp").first();
  await lamp.focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sheet:not([hidden]) h2");
  assert.ok((await page.locator("#sheet a[data-entry]").count()) > 0, "the reasons end in ledger entries");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#sheet").isHidden());
  assert.equal(await page.evaluate(() => document.activeElement.className), "lamp");
  await ctx.close();
});

test("the palette finds a project by its pinyin initials", async () => {
  const { ctx, page } = await open("dispatcher", 1440, "zh-CN");
  await page.keyboard.press("/");
  await page.keyboard.type("kstd");
  await page.waitForSelector("#found a");
  assert.match(await page.locator("#found").innerText(), /快速通道/);
  await ctx.close();
});

test("a value tried in the sheet turns the light there and nowhere else", async () => {
  const { ctx, page } = await open("dispatcher", 1440, "zh-CN");
  await page.goto(site.base + "/projects?hue=yellow");
  const href = await page.locator("table a[href^='/project/']").first().getAttribute("href");
  await page.goto(site.base + href);
  await page.click(".kf a.lt");
  await page.waitForSelector("#sheet form[data-try]");
  await page.fill("#sheet form[data-try] input[name=x]", "99");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sheet form[data-try] output");
  assert.match(await page.locator("#sheet form[data-try] output").innerText(), /按期/);
  await ctx.close();
});

// the counts of cases are figures: each opens what it is made of, down to the entries, and adds up
for (const [role, path, figure] of [["dispatcher", "/owe", "h1 a[data-why]"], ["dispatcher", "/owe", ".cnt a[data-why]"], ["dispatcher", "/owe?by=unit", "td .lt a[data-why]"], ["owner", "/owe", "h1 a[data-why]"],
  ["dispatcher", "/owe?by=rates", "td a[data-fig^='unfixed_rate']"], ["supervisor", "/register", "h1 a[data-why]"], ["dispatcher", "/meetings", ".lede a[data-why]"],
  ["dispatcher", "/meetings", "td a[data-fig^='open_cases']"]]) {
  test(`on ${path} the number at ${figure} opens its formula and the cases behind it to ${role}`, async () => {
    const { ctx, page, errors } = await open(role, 1440, "zh-CN");
    await page.goto(site.base + path);
    const link = page.locator("main " + figure).first();
    const shown = (await link.innerText()).trim();
    await link.click();
    await page.waitForSelector("#sheet:not([hidden]) .fx");
    const sheet = page.locator("#sheet");
    assert.ok((await sheet.locator(".fx").innerText()).includes(shown.replace(/ 件$/, "")), `the formula ends in ${shown}`);
    const n = Number(shown);
    if (Number.isInteger(n)) {
      const rows = await sheet.locator(".parts tbody tr").count();
      assert.equal(rows, Math.min(n, 30), `${shown} cases stand under ${shown}`);
    }
    assert.ok((await sheet.locator(".parts a[data-entry]").count()) > 0, "they end in ledger entries");
    assert.ok((await sheet.locator("blockquote").innerText()).length > 10, "the clause stands there");
    assert.deepEqual(errors, []);
    await ctx.close();
  });
}
