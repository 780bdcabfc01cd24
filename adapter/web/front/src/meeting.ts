// The meeting while people talk: notes line by line, saved at every pause and kept here while there is no connection; what is
// recognised stands at once as a task; receipts come in on the same screen. All of it goes by keyboard, and without this file the
// page is a page of forms.
import { fresh, Notes, words } from "./meeting-notes";

interface State {
  clock: string;
  at: string;
  state: string;
  now: string;
  item: string;
  ended: boolean;
  seq: number;
  measure: number;
  chosen: string;
  agenda: string;
  drafts: string;
  tasks: string;
  heard: string;
  people: { post: string; name: string; item: string; line: string }[];
  lines: Line[];
  noted?: Line;
}

export interface Line {
  id: string;
  text: string;
  html: string;
  who: string;
  mine: boolean;
  seen: number;
  beside: string;
  struck: boolean;
  late: boolean;
}

const pause = 3000; // between two questions

export function meeting() {
  const root = document.querySelector<HTMLElement>("[data-live]");
  if (!root) return;
  const at = root.dataset.live!;
  const item = root.dataset.item!;
  const can = (what: string) => root.dataset.can!.split(" ").includes(what);
  const say = words();
  const find = <T extends HTMLElement>(q: string) => root.querySelector<T>(q);
  root.classList.add("on-script");
  let gone = false;

  const tell = (text: string) => {
    const box = find("[data-say]");
    if (box && text) box.textContent = text;
  };
  const refuse = (text: string) => {
    const box = find("[data-refused]");
    if (!box) return;
    box.hidden = !text;
    box.querySelector("span")!.textContent = text;
  };

  const notes = can("note")
    ? new Notes(root, at, item, {
        saved: (s) => apply(s as State),
        status: (text, ok) => {
          const box = find("[data-saved]");
          if (!box) return;
          box.querySelector("span")!.textContent = text;
          box.classList.toggle("green", ok);
          box.classList.toggle("yellow", !ok);
        },
        offline: (n) => {
          const box = find("[data-offline]")!;
          const was = !box.hidden;
          box.hidden = n < 0;
          box.querySelector("span")!.textContent = n < 0 ? "" : say("offline", { n: String(n) });
          if (was && n < 0) tell(say("back"));
        },
        refused: refuse,
      })
    : null;

  // drafts: what was corrected by hand stays, whatever is heard anew
  const drafts = find("[data-drafts]")!;
  const kept: Record<string, Record<string, string>> = notes?.touched ?? {};
  let waiting = "";
  const redraw = () => {
    drafts.querySelectorAll<HTMLElement>("[data-draft]").forEach((li) => {
      const mine = kept[li.dataset.draft!];
      if (!mine) return;
      for (const [name, value] of Object.entries(mine)) {
        const el = li.querySelector<HTMLInputElement | HTMLSelectElement>(`[name$="_${name}"]`);
        if (el instanceof HTMLInputElement && el.type === "checkbox") el.checked = value === "1";
        else if (el) el.value = value;
      }
      li.querySelectorAll<HTMLInputElement>(".lack").forEach((el) => el.value && el.classList.remove("lack"));
      if (!li.querySelector(".lack")) li.classList.remove("lk");
    });
    const n = drafts.querySelectorAll("[data-draft]").length;
    const heard = find("[data-heard]");
    if (heard && n && !lacking().length) heard.textContent = say("heard", { n: String(n) });
  };
  const lacking = () => [...drafts.querySelectorAll<HTMLElement>("[data-draft]")].filter((li) => !li.querySelector<HTMLInputElement>('[type="checkbox"]')?.checked).flatMap((li) => [...li.querySelectorAll<HTMLElement>(".lack")]);
  const draw = (html: string, heard: string) => {
    if (drafts.contains(document.activeElement)) {
      waiting = html; // nobody's field is taken away while he types in it
      return;
    }
    if (drafts.dataset.html !== html) drafts.innerHTML = drafts.dataset.html = html;
    const box = find("[data-heard]");
    if (box && heard) box.textContent = heard;
    redraw();
  };
  drafts.addEventListener("input", (ev) => {
    const el = ev.target as HTMLInputElement;
    const li = el.closest<HTMLElement>("[data-draft]");
    if (!li) return;
    const name = el.name.replace(/^d\d+_/, "");
    (kept[li.dataset.draft!] ??= {})[name] = el.type === "checkbox" ? (el.checked ? "1" : "") : el.value;
    notes?.keep();
    if (el.value) el.classList.remove("lack");
    redraw();
  });
  drafts.addEventListener("focusout", () =>
    setTimeout(() => {
      if (!waiting || drafts.contains(document.activeElement)) return;
      const html = waiting;
      waiting = "";
      draw(html, "");
    }),
  );
  drafts.dataset.html = drafts.innerHTML;
  redraw();

  // what the server knows
  const got = new Map<string, string>();
  const receipts = (first: boolean) => {
    root.querySelectorAll<HTMLElement>("[data-tasks] [data-task]").forEach((li) => {
      const was = got.get(li.dataset.task!);
      got.set(li.dataset.task!, li.dataset.got!);
      if (!first && !was && li.dataset.got) tell(say("came", { who: li.dataset.unit!, title: li.dataset.title! }));
    });
  };
  receipts(true);
  const apply = (s: State) => {
    if (gone) return;
    find("[data-clock]")!.textContent = s.clock;
    const put = (sel: string, html: string) => {
      const box = find(sel)!;
      if (box.dataset.html !== html && !box.contains(document.activeElement)) box.innerHTML = box.dataset.html = html;
    };
    put("[data-agenda]", s.agenda);
    put("[data-tasks]", s.tasks);
    receipts(false);
    const count = find("[data-tasks] [data-n]")?.dataset.n?.split(" / ");
    if (count && count[1] !== "0") find("[data-count]")!.textContent = say("received", { n: count[0], of: count[1] });
    find("[data-none]")?.toggleAttribute("hidden", !!root.querySelector(".task"));
    find("[data-people]")!.textContent = s.people.length ? say("people", { n: String(s.people.length + 1) }) : say("alone");
    notes?.merge(s.lines);
    notes?.others(s.people.filter((p) => p.item === item));
    if (can("decide") && !root.dataset.ended) draw(s.drafts, s.heard);
    if (s.item !== item) return;
    root.dataset.seq = String(s.seq);
    root.querySelectorAll<HTMLInputElement>("#decide [name=seen], #hold [name=seen]").forEach((el) => (el.value = String(s.seq)));
    if (s.ended && !root.dataset.ended) {
      tell(say("moved"));
      leave(at + "/live");
    } else if (String(s.measure) !== root.dataset.measure && !notes?.busy()) {
      leave(location.href); // other options than those that are shown
    }
  };
  const ask = async () => {
    if (gone) return;
    try {
      const q = new URLSearchParams({ item, here: can("note") ? "1" : "", line: notes?.at() ?? "" });
      const res = await fetch(`${at}/live/state?${q}`, { headers: { "X-Part": "live" }, credentials: "same-origin", cache: "no-store" });
      if (res.status === 401) {
        gone = true;
        find("[data-offline]")!.hidden = false;
        find("[data-offline] span")!.textContent = say("gone");
        return;
      }
      if (res.ok) {
        const s = (await res.json()) as State;
        notes?.online();
        apply(s);
      }
    } catch {
      notes?.lost();
    }
  };
  const turn = async () => {
    await ask();
    setTimeout(turn, pause);
  };
  setTimeout(turn, pause);
  const leave = (to: string) => {
    gone = true;
    location.href = to;
  };

  // choosing
  const options = [...root.querySelectorAll<HTMLInputElement>("input[name=option]")];
  const choose = (n: number) => {
    const el = options[n - 1];
    if (!el) return false;
    el.checked = true;
    mark();
    notes?.focus();
    return true;
  };
  const mark = () => options.forEach((el) => el.closest("tr")!.classList.toggle("on", el.checked));
  options.forEach((el) => el.addEventListener("change", mark));

  // deciding
  const form = document.getElementById("decide") as HTMLFormElement | null;
  const bare = form?.querySelector<HTMLElement>(".no1"); // asked for only when it is needed
  if (bare) bare.hidden = !bare.querySelector("input")!.value && !form!.querySelector(".err:not([hidden])");
  let warned = false;
  const send = async (f: HTMLFormElement, then: string) => {
    refuse("");
    if (!(await notes?.flush() ?? true)) {
      refuse(say("wait"));
      return;
    }
    try {
      const res = await fetch(f.action, { method: "POST", body: new URLSearchParams(new FormData(f) as unknown as Record<string, string>), headers: { "X-Part": "live" }, credentials: "same-origin" });
      if (!res.ok) {
        refuse(await res.text());
        (lacking()[0] ?? find("[data-refused]"))?.focus();
        return;
      }
      notes?.forget(item);
      leave(then);
    } catch {
      notes?.lost();
      refuse(say("wait"));
    }
  };
  const decide = async () => {
    if (!form) return;
    await notes?.flush();
    const why = form.querySelector<HTMLInputElement>("[name=no_task_why]")!;
    if (!drafts.querySelector("[data-draft]") && !why.value.trim() && !warned && root.dataset.kind !== "previous") {
      warned = true;
      refuse(say("notasks"));
      bare!.hidden = false;
      why.focus();
      return;
    }
    const did = drafts.querySelector("[data-draft]") ? "decided" : root.dataset.kind === "previous" ? "looked" : "settled";
    await send(form, `${at}/live?did=${did}`);
  };
  form?.addEventListener("submit", (ev) => (ev.preventDefault(), decide()));
  const side = (id: string, then: string) => {
    const box = document.getElementById(id) as HTMLDetailsElement | null;
    const f = box?.querySelector("form");
    f?.addEventListener("submit", (ev) => (ev.preventDefault(), send(f, then)));
    return () => {
      if (!box) return false;
      box.open = true;
      box.querySelector<HTMLElement>("textarea")?.focus();
      return true;
    };
  };
  const hold = side("hold", `${at}/live?did=held`);
  const undo = side("undo", `${at}/live?did=undone&item=${document.querySelector<HTMLInputElement>("#undo [name=item]")?.value ?? ""}`);

  // jumping
  const jump = async (by: number) => {
    const all = [...root.querySelectorAll<HTMLLIElement>("[data-agenda] li")];
    const i = all.findIndex((li) => li.classList.contains("on"));
    const to = all[i + by]?.querySelector("a");
    if (!to) return;
    const id = new URL(to.href).searchParams.get("item")!;
    await notes?.flush();
    if (can("decide") && !all[i + by].classList.contains("dn")) {
      try {
        await fetch(`${at}/turn`, { method: "POST", body: new URLSearchParams({ item: id, _key: fresh() }), headers: { "X-Part": "live" }, credentials: "same-origin" });
      } catch {
        notes?.lost();
        return; // the notes stay here; without a connection the next item cannot be opened
      }
    }
    leave(to.href);
  };

  root.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  document.addEventListener("keydown", (ev) => {
    if (ev.isComposing || ev.defaultPrevented) return;
    const el = ev.target as HTMLElement;
    const typing = !!el.closest("input:not([type=radio]):not([type=checkbox]),textarea,select");
    const digit = /^(Digit|Numpad)([1-9])$/.exec(ev.code)?.[2];
    const stop = () => ev.preventDefault();
    if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
      stop();
      const f = el.closest<HTMLFormElement>("#hold form, #undo form");
      if (f) f.requestSubmit();
      else decide();
    } else if (ev.key === "ArrowDown" && ev.altKey) stop(), jump(1);
    else if (ev.key === "ArrowUp" && ev.altKey) stop(), jump(-1);
    else if (ev.code === "KeyH" && ev.altKey) hold() && stop();
    else if (ev.code === "KeyZ" && (ev.ctrlKey || ev.metaKey) && !ev.shiftKey) {
      if (!notes?.typed(el) && !(typing && !el.closest("[data-lines]"))) undo() && stop();
    } else if (digit && ((!typing && !ev.ctrlKey && !ev.metaKey) || ev.altKey)) choose(Number(digit)) && stop();
    else if (ev.key === "Escape" && typing) stop(), root.querySelector<HTMLElement>("h1")?.focus();
    else if (ev.key === "Enter" && !typing && !el.closest("a,button,summary,label")) stop(), notes?.focus();
    else if (ev.key === "?" && !typing) {
      const keys = document.getElementById("keys") as HTMLDetailsElement | null;
      if (keys) stop(), (keys.open = !keys.open), keys.scrollIntoView({ block: "nearest" });
    } else if (ev.key === "Tab" && !ev.shiftKey && (el.closest("[data-lines]") || drafts.contains(el))) {
      const next = lacking().find((l) => l !== el);
      if (next) stop(), next.focus();
    }
  });
}
