// A site visit on the phone: one question a screen, kept on every change, looked over, signed, and sent once, with a network or
// as soon as there is one. Without script the same form is one page and goes to the server.
import { fieldsOf, findings, parts, value } from "./visit-form";
import { forget, newKey, say, send, store, type Draft, type Pair, type Waiting } from "./visit-store";

export function visit() {
  leaving();
  const box = document.querySelector<HTMLElement>("[data-visit]");
  const home = document.querySelector<HTMLElement>("[data-v-home]");
  if (box) write(box);
  if (home) waitsAt(home);
  if ((box || home) && "serviceWorker" in navigator) {
    navigator.serviceWorker
      .register("/visit/sw.js", { scope: "/visit/" })
      .then((reg) => reg.active?.postMessage("keep"))
      .catch(() => undefined); // not over TLS, or not allowed: an open page goes on without
  }
}

// leaving: whoever signs out leaves nothing of his behind that the server has; the door of the house keeps nothing either.
function leaving() {
  const out = document.querySelector<HTMLFormElement>('form[action="/signout"]');
  if (!out) {
    if (document.querySelector("form.sf")) forget();
    return;
  }
  out.addEventListener("submit", async (ev) => {
    ev.preventDefault();
    await Promise.race([forget(), new Promise((r) => setTimeout(r, 2000))]);
    out.submit();
  });
}

// waitsAt tells on the list of visits what waits on this phone, and sends it.
function waitsAt(home: HTMLElement) {
  const as = home.dataset.vAs ?? "";
  const s = store(as);
  const tell = (list: Waiting[]) => {
    home.hidden = !list.length;
    home.replaceChildren();
    if (!list.length) return;
    home.textContent = say(home.dataset.waiting ?? "", { n: list.length }) + " ";
    const go = document.createElement("a");
    go.className = "l";
    go.href = "/visit/new";
    go.textContent = home.dataset.go ?? "";
    home.append(go);
  };
  tell(s.waiting());
  if (s.waiting().length) send(s, as).then((r) => (tell(r.left), r.href && location.reload()));
}

const phone = window.matchMedia("(max-width: 639px)");

// days later, on the calendar of the device
function shift(day: string, since: number): string {
  const start = (t: number) => new Date(t).setHours(0, 0, 0, 0);
  const n = Math.round((start(Date.now()) - start(since)) / 86400000);
  const d = new Date(day + "T00:00:00Z");
  d.setUTCDate(d.getUTCDate() + n);
  return d.toISOString().slice(0, 10);
}

// todayOf: the server's day; where the page comes from the shelf, so many days later as the phone has counted since.
function todayOf(box: HTMLElement): string {
  const day = box.dataset.today ?? "";
  try {
    if (box.dataset.kept === undefined) localStorage.setItem("visit/day", JSON.stringify([day, Date.now()]));
    else {
      const [kept, at] = JSON.parse(localStorage.getItem("visit/day") ?? "[]") as [string, number];
      if (kept) return shift(kept, at);
    }
  } catch {
    /* no store */
  }
  return day;
}

function write(box: HTMLElement) {
  const one = <T extends HTMLElement>(sel: string) => box.querySelector<T>(sel)!;
  const form = one<HTMLFormElement>("form.vf0");
  const as = box.dataset.as ?? "";
  const name = box.dataset.form ?? "visit/new";
  const s = store(as);
  const p = parts(box, form);
  const today = todayOf(box);
  const keyField = form.elements.namedItem("_key") as HTMLInputElement;
  const plan = (form.elements.namedItem("plan") as HTMLInputElement).value;
  const note = one("[data-v-note]");
  const err = one("[data-v-err]");
  one<HTMLInputElement>("#v-on").max = today;
  form.classList.add("js");

  // —— the draft ——
  let timer = 0;
  const draftNow = (): Draft => ({ key: keyField.value, at: Date.now(), fields: fieldsOf(form) });
  const tell = (text: string, state: string) => ((note.textContent = text), (note.dataset.state = state));
  const post = (d: Draft | null) => {
    const fields: Record<string, string[]> = {};
    d?.fields.forEach(([k, v]) => (fields[k] ??= []).push(v));
    return fetch("/draft", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ form: name, body: d ? JSON.stringify({ key: d.key, at: d.at, fields }) : "" }),
    });
  };
  // keep writes to the phone at once, and to the server when the typing rests.
  const keep = () => {
    const d = draftNow();
    const here = s.putDraft(name, d);
    if (here) tell(box.dataset.local ?? "", "here");
    clearTimeout(timer);
    timer = window.setTimeout(() => sync(d), 600);
  };
  const sync = async (d: Draft) => {
    try {
      const res = await post(d);
      if (!res.ok) throw new Error(String(res.status));
      if (d.key !== keyField.value) return;
      if (s.draft(name)?.at === d.at) s.putDraft(name, { ...d, synced: true });
      tell(`${box.dataset.saved ?? ""} ${new Date().toTimeString().slice(0, 5)}`, "saved");
    } catch {
      /* the phone has it, and the note says so */
    }
  };
  const start = (d: Draft | null) => {
    keyField.value = d?.key ?? newKey();
    p.fill(d?.fields ?? [], today);
    at = 0;
    checking = false;
    show(false);
  };

  // —— steps ——
  const qs = [...form.querySelectorAll<HTMLElement>("[data-q]")];
  const label = one("[data-n]");
  const [prev, next, go, sign, later, signer, check] = ["prev", "next", "go", "sign", "later", "signer", "check"].map((k) => one<HTMLButtonElement>(`[data-v-${k}]`));
  const bar = document.createElement("span");
  bar.className = "ps";
  bar.setAttribute("aria-hidden", "true");
  [...qs, check].forEach(() => bar.append(document.createElement("i")));
  label.before(bar);
  const indexOf = (q: string) => Math.max(0, qs.findIndex((el) => el.dataset.q === q));
  let at = 0;
  let checking = false;
  function show(focus: boolean) {
    const small = phone.matches;
    const last = at === qs.length - 1;
    form.classList.toggle("one", small);
    form.classList.toggle("looks", checking);
    qs.forEach((q, i) => (q.hidden = checking || (small && i !== at)));
    check.hidden = sign.hidden = signer.hidden = !checking;
    bar.hidden = label.hidden = !small;
    const n = checking ? qs.length : at;
    [...bar.children].forEach((el, i) => (el.className = i < n ? "d" : i === n ? "o" : ""));
    label.textContent = (label.dataset.text ?? "").replace("{n}", String(n + 1)).replace("{of}", String(qs.length + 1));
    prev.hidden = !(checking || (small && at > 0));
    next.hidden = checking || !small || last;
    go.hidden = checking || (small && !last);
    later.hidden = checking;
    form.dataset.at = checking ? "check" : qs[at].dataset.q!;
    if (!focus) return;
    window.scrollTo({ top: 0 });
    const h = (checking ? check : qs[at]).querySelector<HTMLElement>("h2");
    h?.setAttribute("tabindex", "-1");
    h?.focus({ preventScroll: true });
  }
  const turn = (to: number, looks = false) => ((at = Math.min(Math.max(to, 0), qs.length - 1)), (checking = looks), clear(), show(true));
  const clear = () => (err.hidden = true);
  function complain(text: string, where: string) {
    err.hidden = false;
    err.querySelector("span")!.textContent = text;
    at = indexOf(where);
    checking = false;
    show(false);
    window.scrollTo({ top: 0 });
    err.focus({ preventScroll: true });
  }
  prev.addEventListener("click", () => (checking ? turn(phone.matches ? qs.length - 1 : at) : turn(at - 1)));
  next.addEventListener("click", () => turn(at + 1));
  go.addEventListener("click", (ev) => {
    ev.preventDefault();
    look();
  });
  later.addEventListener("click", async (ev) => {
    ev.preventDefault();
    const d = draftNow();
    s.putDraft(name, d);
    await sync(d);
    if (s.draft(name)?.synced) location.href = "/visits?did=kept";
    else tell(box.dataset.local ?? "", "here");
  });
  form.addEventListener("submit", (ev): unknown => {
    const by = (ev as SubmitEvent).submitter as HTMLButtonElement | null;
    if (by?.value === "find") return s.putDraft(name, draftNow()); // the server looks for projects that are not in the page
    ev.preventDefault(); // Enter in a field goes on, and signs nothing
    if (!next.hidden) next.click();
  });
  phone.addEventListener("change", () => show(false));

  // look shows what is about to be signed.
  function look() {
    const f = fieldsOf(form);
    const t = box.dataset;
    const all = findings(f);
    if (!p.chosen().length && !value(f, "place")) return complain(t.eWhere ?? "", "where");
    if (value(f, "on") > today) return complain(t.eFuture ?? "", "where");
    if (all.some((x) => !x.title)) return complain(t.eTitle ?? "", "found");
    if (all.some((x) => !x.pain !== !x.cause)) return complain(t.eHalf ?? "", "found");
    if (!all.length && !f.some(([k, v]) => k.startsWith("note_") && v.trim())) return complain(t.eSeen ?? "", "seen");
    one("[data-v-rows]").replaceChildren(...p.rows(f).map((r) => answer(r.q, r.label, r.text)));
    turn(at, true);
  }
  function answer(q: string, head: string, text: string): HTMLElement {
    const el = (tag: string, cls: string, ...kids: (Node | string)[]) => {
      const n = document.createElement(tag);
      if (cls) n.className = cls;
      n.append(...kids);
      return n;
    };
    const edit = el("button", "l", box.dataset.edit ?? "", el("span", "vh", " " + head)) as HTMLButtonElement;
    edit.type = "button";
    edit.addEventListener("click", () => {
      turn(indexOf(q));
      if (!phone.matches) qs[indexOf(q)].scrollIntoView();
    });
    const row = el("div", "", el("dt", "", head), el("dd", "", text || el("span", "q", box.dataset.blank ?? "")), el("dd", "e", edit));
    row.dataset.plain = "";
    return row;
  }

  // —— signing and sending ——
  const queue = one("[data-v-queue]");
  const sentPage = one("[data-v-sent]");
  let busy = false;
  function waits(list: Waiting[], why: string) {
    if (!sentPage.hidden) list = list.filter((w) => w.said || w.parked); // the page says what waits
    queue.hidden = !list.length;
    queue.replaceChildren();
    if (!list.length) return;
    const line = document.createElement("p");
    line.dataset.plain = "";
    const signed = list.filter((o) => !o.said && !o.parked);
    line.textContent = say(box.dataset.waiting ?? "", { n: signed.length }) + (why ? " " + why : "");
    if (signed.length) queue.append(line);
    for (const w of list.filter((o) => o.said || o.parked)) {
      const q = document.createElement("p");
      q.dataset.plain = "";
      q.textContent = w.parked ? (box.dataset.parked ?? "") : (box.dataset.refused ?? "") + w.said;
      const back = document.createElement("button");
      back.type = "button";
      back.className = "bt s";
      back.textContent = box.dataset.edit ?? "";
      back.addEventListener("click", () => takeBack(w));
      queue.append(q, back);
    }
  }
  // takeBack opens a refused visit again; what is being written meanwhile is put aside in its place.
  function takeBack(w: Waiting) {
    const mine = draftNow();
    const begun = mine.key !== w.key && mine.fields.some(([k]) => k !== "on" && k !== "plan");
    s.putWaiting([...s.waiting().filter((o) => o.key !== w.key), ...(begun ? [{ ...mine, parked: true }] : [])]);
    s.putDraft(name, { key: w.key, at: Date.now(), fields: w.fields });
    sentPage.hidden = true;
    form.hidden = false;
    start({ key: w.key, at: 0, fields: w.fields });
    if (w.said) complain(w.said, w.where ?? "");
    waits(s.waiting(), "");
    keep();
  }
  async function flush(mine = ""): Promise<void> {
    if (busy || !s.waiting().some((w) => !w.said && !w.parked)) return waits(s.waiting(), "");
    busy = true;
    const r = await send(s, as);
    busy = false;
    const refused = mine && r.left.find((w) => w.key === mine && w.said);
    if (refused) return takeBack(refused);
    if (r.href && (mine || !sentPage.hidden)) {
      location.href = r.href;
      return;
    }
    if (mine) {
      form.hidden = true;
      sentPage.hidden = false;
      sentPage.querySelector<HTMLElement>("[data-v-door]")!.hidden = !r.signedOut;
      tell(box.dataset.local ?? "", "here");
      sentPage.querySelector<HTMLElement>("h2")?.focus();
    }
    waits(r.left, r.signedOut ? (box.dataset.door ?? "") : r.offline ? (box.dataset.later ?? "") : "");
  }
  sign.addEventListener("click", async () => {
    const d = draftNow();
    if (plan && !value(d.fields, "plan")) d.fields.push(["plan", plan]);
    if (!s.putWaiting([...s.waiting().filter((w) => w.key !== d.key), d])) return form.submit(); // no store: the plain way
    clearTimeout(timer);
    s.putDraft(name, null);
    sign.disabled = true;
    await flush(d.key);
    sign.disabled = false;
  });
  one("[data-v-retry]").addEventListener("click", () => flush());
  one("[data-v-again]").addEventListener("click", () => {
    sentPage.hidden = true;
    form.hidden = false;
    start(null);
    tell(box.dataset.ready ?? "", "ready");
  });
  window.addEventListener("online", () => {
    flush();
    const d = s.draft(name);
    if (d && !d.synced) sync(d);
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  window.setInterval(() => s.waiting().some((w) => !w.said && !w.parked) && flush(), 20000);

  // —— fields that hang on others ——
  form.addEventListener("change", (ev) => {
    const el = ev.target as HTMLInputElement;
    if (el.name === "project") p.draw();
    if (el.name !== "q") keep();
  });
  form.addEventListener("input", (ev) => (ev.target as HTMLInputElement).name !== "q" && keep());
  one("[data-v-more]")?.addEventListener("click", (ev) => {
    ev.preventDefault();
    p.addFound()?.querySelector("textarea")?.focus();
  });
  const find = one<HTMLInputElement>("[data-v-find]");
  find.addEventListener("input", () => {
    const q = find.value.trim().toLowerCase();
    box.querySelectorAll<HTMLElement>("[data-v-rest] > li").forEach((li) => {
      const id = li.querySelector("input")!.value.toLowerCase();
      li.hidden = q !== "" && !(li.dataset.name ?? "").toLowerCase().includes(q) && !id.includes(q);
    });
  });

  // —— where to begin: what the server kept, or what this phone kept, whichever is later ——
  const there = Number(box.dataset.at) || 0;
  const here = s.draft(name);
  const done = (key: string) => s.wasSent(key) || s.waiting().some((w) => w.key === key);
  const served: Draft | null = there && !done(keyField.value) ? { key: keyField.value, at: there, fields: fieldsOf(form) } : null;
  const other = one("[data-v-other]");
  const refusedHere = err.matches("[data-first]");
  if (here && !done(here.key) && (here.at >= there || !served)) {
    start(here);
    tell(here.synced ? (box.dataset.saved ?? "") : (box.dataset.local ?? ""), here.synced ? "saved" : "here");
    if (!here.synced && navigator.onLine) sync(here);
  } else {
    if (served) start(served);
    else if (!refusedHere) {
      const first = fieldsOf(form).filter(([k]) => ["project", "place", "purpose", "on"].includes(k) && !there); // a plan, or a project that was named
      start({ key: newKey(), at: 0, fields: first });
    }
    if (here && !here.synced && !done(here.key)) {
      other.hidden = false;
      one("[data-v-other-at]").textContent = new Date(here.at).toLocaleString();
      one("[data-v-take]").addEventListener("click", () => ((other.hidden = true), start(here), keep()));
      one("[data-v-leave]").addEventListener("click", () => ((other.hidden = true), s.putDraft(name, null)));
    }
    if (!note.textContent?.trim()) tell(box.dataset.ready ?? "", "ready");
  }
  const named = qs.findIndex((q) => "#" + q.id === location.hash);
  const wrong = qs.findIndex((q) => q.querySelector(".err"));
  at = Math.max(0, named, wrong);
  show(false);
  flush();
}
