// Lines of notes: each is saved under its own key, in order, and kept in this browser until the answer is here. A key that was sent
// once is sent again as it was, so that nothing comes in twice; what was not sent yet is replaced by what stands in the line now.
import type { Line } from "./meeting";

interface Op {
  key: string;
  item: string;
  ref: string; // of the row: a line's number, or a name of its own as long as it has none
  line: string;
  seen: number;
  text: string;
  tried: boolean;
}

interface Kept {
  ops: Op[];
  touched: Record<string, Record<string, string>>;
}

interface Ways {
  saved(state: unknown): void;
  status(text: string, ok: boolean): void;
  offline(n: number): void; // -1: there is a connection
  refused(text: string): void;
}

// words are the page's own, in its language.
export function words() {
  const box = document.getElementById("live-words");
  return (key: string, args: Record<string, string> = {}) => {
    let text = box?.dataset["t" + key[0].toUpperCase() + key.slice(1)] ?? "";
    for (const [k, v] of Object.entries(args)) text = text.replace(`{${k}}`, v);
    return text;
  };
}

// fresh makes a key; crypto.randomUUID is there on secure pages only, and a county's network may not have one.
export function fresh() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

const still = 500; // ms without a key: a pause

class Row {
  timer = 0;
  edited = false; // since it was entered
  marks: string[] = [];
  constructor(
    public li: HTMLLIElement,
    public area: HTMLTextAreaElement,
    public back: HTMLElement,
    public by: HTMLElement,
    public ref: string,
    public line: string,
    public seen: number,
    public stands: string, // the text that was queued or answered last
  ) {
    this.remember();
  }
  remember() {
    this.marks = [...this.back.querySelectorAll("mark")].map((m) => m.textContent ?? "");
  }
  // paint keeps the tint of what was recognised as long as it stands there, until the answer comes
  paint() {
    const text = this.area.value;
    this.back.textContent = "";
    let at = 0;
    for (const m of this.marks) {
      const i = text.indexOf(m, at);
      if (!m || i < 0) continue;
      this.back.append(text.slice(at, i));
      const el = document.createElement("mark");
      el.className = "got";
      el.textContent = m;
      this.back.append(el);
      at = i + m.length;
    }
    this.back.append(text.slice(at) + "\u200b");
  }
}

export class Notes {
  touched: Record<string, Record<string, string>>;
  private ops: Op[];
  private rows: Row[] = [];
  private list: HTMLOListElement;
  private form: string;
  private store: string;
  private running = false;
  private cut = false;
  private say = words();

  constructor(
    private root: HTMLElement,
    private path: string,
    private item: string,
    private ways: Ways,
  ) {
    this.list = root.querySelector<HTMLOListElement>("[data-lines]")!;
    this.form = `${path}/note`;
    this.store = `live:${path}:${root.dataset.who}`;
    let kept: Kept = { ops: [], touched: {} };
    try {
      kept = { ...kept, ...JSON.parse(localStorage.getItem(this.store) ?? "{}") };
    } catch {
      /* unreadable: nothing was kept */
    }
    this.ops = kept.ops;
    this.touched = kept.touched;
    this.list.querySelectorAll<HTMLLIElement>("li.nu0").forEach((li) => li.remove());
    this.list.querySelectorAll<HTMLLIElement>("li[data-line]").forEach((li) => {
      const area = li.querySelector("textarea")!;
      this.adopt(new Row(li, area, li.querySelector(".back0")!, li.querySelector(".by0")!, li.dataset.line!, li.dataset.line!, Number(li.dataset.seen), area.value));
    });
    for (const op of this.ops.filter((o) => o.item === item)) {
      const row = this.rows.find((r) => r.ref === op.ref) ?? this.make(op.ref);
      row.line = op.line;
      row.area.value = row.stands = op.text;
      row.paint();
    }
    this.tail();
    window.addEventListener("online", () => this.pump());
    window.addEventListener("pagehide", () => this.rows.forEach((r) => this.commit(r)));
    this.pump();
  }

  // keep writes down what has not been answered.
  keep() {
    localStorage.setItem(this.store, JSON.stringify({ ops: this.ops, touched: this.touched }));
  }

  // forget drops what was corrected in the tasks of an item that is decided.
  forget(_item: string) {
    this.touched = {};
    this.keep();
  }

  busy() {
    return this.ops.length > 0 || this.rows.some((r) => r.area.value !== r.stands);
  }

  // typed tells whether a key in this field takes back typing rather than a decision.
  typed(el: HTMLElement) {
    return this.rows.some((r) => r.area === el && r.edited);
  }

  // at is the line in which the writer is.
  at() {
    return this.rows.find((r) => r.area === document.activeElement)?.line ?? "";
  }

  focus() {
    this.tail().area.focus();
  }

  private adopt(row: Row) {
    this.rows.push(row);
    row.area.form?.addEventListener("submit", (ev) => (ev.preventDefault(), this.commit(row)));
    row.area.addEventListener("input", (ev) => {
      row.edited = true;
      row.paint();
      this.tail();
      clearTimeout(row.timer);
      if (!(ev as InputEvent).isComposing) row.timer = window.setTimeout(() => this.commit(row), still);
    });
    row.area.addEventListener("compositionend", () => {
      clearTimeout(row.timer);
      row.timer = window.setTimeout(() => this.commit(row), still);
    });
    row.area.addEventListener("blur", () => {
      row.edited = false;
      this.commit(row);
    });
    row.area.addEventListener("paste", (ev) => {
      const text = ev.clipboardData?.getData("text") ?? "";
      if (!/[\r\n]/.test(text)) return;
      ev.preventDefault();
      const [first, ...rest] = text.split(/\r?\n/).filter((l) => l.trim());
      row.area.setRangeText(first ?? "", row.area.selectionStart, row.area.selectionEnd, "end");
      row.area.dispatchEvent(new Event("input"));
      for (const l of rest) {
        const next = this.tail();
        next.area.value = l;
        next.area.dispatchEvent(new Event("input"));
        next.area.focus();
      }
    });
    row.area.addEventListener("keydown", (ev) => this.key(ev, row));
  }

  private key(ev: KeyboardEvent, row: Row) {
    if (ev.isComposing || ev.ctrlKey || ev.metaKey || ev.altKey) return;
    const i = this.rows.indexOf(row);
    const go = (j: number) => {
      const to = this.rows[j];
      if (!to) return;
      ev.preventDefault();
      to.area.focus();
      to.area.setSelectionRange(to.area.value.length, to.area.value.length);
    };
    const { selectionStart: a, selectionEnd: b, value } = row.area;
    if (ev.key === "Enter" && !ev.shiftKey) {
      ev.preventDefault();
      this.commit(row);
      if (value.trim()) this.tail();
      go(i + 1);
    } else if (ev.key === "ArrowUp" && a === 0 && b === 0) go(i - 1);
    else if (ev.key === "ArrowDown" && a === value.length) go(i + 1);
    else if (ev.key === "Backspace" && !value && i > 0) {
      this.commit(row);
      go(i - 1);
    }
  }

  // make builds a row of its own, not known to the server yet.
  private make(ref: string, line?: Line) {
    const li = document.createElement("li");
    li.className = "ln";
    const grow = document.createElement("span");
    grow.className = "grow";
    const back = document.createElement("span");
    back.className = "back0";
    back.setAttribute("aria-hidden", "true");
    const area = document.createElement("textarea");
    area.rows = 1;
    area.maxLength = 2000;
    area.setAttribute("aria-label", this.say("line") + (line?.who ? " · " + line.who : ""));
    const by = document.createElement("span");
    by.className = "by0";
    grow.append(back, area);
    li.append(grow, by);
    this.list.append(li);
    const row = new Row(li, area, back, by, ref, line?.id ?? "", line?.seen ?? 0, "");
    this.adopt(row);
    return row;
  }

  // tail is the empty row at the end: there is always one to type into.
  private tail() {
    const last = this.rows[this.rows.length - 1];
    return last && !last.line && !last.area.value ? last : this.make(fresh());
  }

  // commit queues what a row says now.
  private commit(row: Row) {
    clearTimeout(row.timer);
    const text = row.area.value.trimEnd();
    if (text === row.stands.trimEnd() || (!text && !row.line && !this.ops.some((o) => o.ref === row.ref))) return;
    row.stands = text;
    const last = this.ops.filter((o) => o.ref === row.ref).pop();
    if (last && !last.tried) last.text = text;
    else this.ops.push({ key: fresh(), item: this.item, ref: row.ref, line: row.line, seen: row.seen, text, tried: false });
    this.keep();
    this.ways.status(this.say("saving"), false);
    this.pump();
  }

  // flush sends everything; false where something is still here.
  async flush() {
    this.rows.forEach((r) => this.commit(r));
    for (let i = 0; i < 100 && (this.running || this.ops.length) && !(this.cut && !this.running); i++) {
      this.pump();
      await new Promise((done) => setTimeout(done, 50));
    }
    return this.ops.length === 0;
  }

  lost() {
    this.cut = true;
    this.ways.offline(this.ops.length);
  }

  online() {
    if (this.cut) this.ways.offline(-1);
    this.cut = false;
    this.pump();
  }

  // pump sends one after the other; what fails for want of a connection is tried again as it was.
  private async pump() {
    if (this.running) return;
    this.running = true;
    while (this.ops.length) {
      const op = this.ops[0];
      op.tried = true;
      this.keep();
      let res: Response;
      try {
        res = await fetch(this.form, {
          method: "POST",
          headers: { "X-Part": "live" },
          credentials: "same-origin",
          body: new URLSearchParams({ _key: op.key, item: op.item, line: op.line, seen: String(op.seen), text: op.text }),
        });
      } catch {
        this.lost();
        break;
      }
      if (res.status >= 500 || res.status === 401) {
        this.lost();
        break;
      }
      this.ops.shift();
      if (this.cut) this.ways.offline(-1);
      this.cut = false;
      if (!res.ok) {
        this.ways.refused(await res.text()); // the words stay in their line
        this.keep();
        continue;
      }
      const state = (await res.json()) as { at: string; item: string; noted?: Line; lines: Line[] };
      this.answered(op, state.noted);
      this.keep();
      this.ways.status(this.say("saved", { at: state.at }), true);
      if (state.item === this.item) this.ways.saved(state);
    }
    this.running = false;
  }

  // answered takes over the number under which the server keeps a row.
  private answered(op: Op, noted?: Line) {
    const row = this.rows.find((r) => r.ref === op.ref);
    if (!noted?.id) return; // an empty line that never was
    for (const o of this.ops) if (o.ref === op.ref) [o.line, o.seen, o.ref] = [noted.id, noted.seen, noted.id];
    if (!row) return;
    const theirs = this.rows.find((r) => r !== row && r.line === noted.id); // the poll was faster than the answer
    if (theirs) this.drop(theirs);
    [row.ref, row.line, row.seen] = [noted.id, noted.id, noted.seen];
  }

  private drop(row: Row) {
    row.li.remove();
    this.rows = this.rows.filter((r) => r !== row);
  }

  // merge takes over what stands in the ledger. A row in which somebody types here is left alone: its own words come in beneath.
  merge(lines: Line[]) {
    let prev: Element | null = null;
    for (const l of lines) {
      let row = this.rows.find((r) => r.line === l.id);
      if (!row) {
        if (this.ops.some((o) => o.tried && !o.line && o.text === l.text)) continue; // ours, and its answer is on the way
        row = this.make(l.id, l);
        row.line = l.id;
      }
      const dirty = row.area.value.trimEnd() !== row.stands.trimEnd() || this.ops.some((o) => o.ref === row!.ref);
      if (!dirty) {
        if (row.area.value.trimEnd() !== l.text) {
          const at = row.area.selectionStart;
          row.area.value = l.text;
          if (row.area === document.activeElement) row.area.setSelectionRange(Math.min(at, l.text.length), Math.min(at, l.text.length));
        }
        row.stands = l.text;
        row.seen = l.seen;
        if (row.li.dataset.html !== l.html) {
          row.back.innerHTML = row.li.dataset.html = l.html;
          row.back.append("\u200b");
          row.remember();
        }
        row.paint();
      }
      row.li.classList.toggle("struck", l.struck);
      row.by.dataset.who = [l.beside ? this.say("beside") : "", l.late ? this.say("late") : "", l.who].filter(Boolean).join(" ");
      if (!row.by.classList.contains("also")) row.by.textContent = row.by.dataset.who;
      const here: Element | null = prev ? prev.nextElementSibling : this.list.firstElementChild;
      if (here !== row.li && row.area !== document.activeElement) this.list.insertBefore(row.li, here);
      prev = row.li;
    }
    this.rows.sort((a, b) => (a.li.compareDocumentPosition(b.li) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    this.tail();
  }

  // others shows who else writes in which line.
  others(people: { name: string; line: string }[]) {
    for (const r of this.rows) {
      const who = people.find((p) => p.line && p.line === r.line);
      r.by.classList.toggle("also", !!who);
      r.by.textContent = who ? this.say("also", { who: who.name }) : (r.by.dataset.who ?? r.by.textContent);
    }
    const free = people.find((p) => !p.line);
    this.root.querySelector("[data-people]")?.setAttribute("title", free ? this.say("also", { who: free.name }) : "");
  }
}
