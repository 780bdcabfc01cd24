// The fields of a visit: what hangs on which projects are ticked, and the way from fields to pairs and back.
import type { Pair } from "./visit-store";

interface Data {
  parties: Record<string, string>;
  names: Record<string, string>;
  who: Record<string, string[]>;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, set: Partial<HTMLElementTagNameMap[K]> = {}, ...kids: (Node | string)[]): HTMLElementTagNameMap[K] {
  const el = Object.assign(document.createElement(tag), set);
  el.append(...kids);
  return el;
}

export function fieldsOf(form: HTMLFormElement): Pair[] {
  const out: Pair[] = [];
  new FormData(form).forEach((v, k) => {
    if (typeof v === "string" && v !== "" && !k.startsWith("_") && k !== "q" && k !== "as") out.push([k, v]);
  });
  return out;
}

export const value = (fields: Pair[], name: string) => fields.find(([k]) => k === name)?.[1].trim() ?? "";

export function parts(box: HTMLElement, form: HTMLFormElement) {
  const data = JSON.parse(document.getElementById("visit-data")?.textContent ?? "{}") as Data;
  const whoList = form.querySelector<HTMLElement>("[data-v-who]")!;
  const notes = form.querySelector<HTMLElement>("[data-v-notes]")!;
  const found = form.querySelector<HTMLElement>("[data-v-found]");
  const blank = form.querySelector<HTMLTemplateElement>("[data-v-blank]");
  const most = Number(found?.dataset.most ?? 0);
  const chosen = () => [...form.querySelectorAll<HTMLInputElement>("input[name=project]:checked")].map((el) => el.value);

  // who: those behind the ticked projects, and whoever is ticked already
  function drawWho(ticked = [...whoList.querySelectorAll<HTMLInputElement>("input:checked")].map((el) => el.value)) {
    const all = [...new Set([...chosen().flatMap((id) => data.who[id] ?? []), ...ticked])];
    whoList.replaceChildren(
      ...all.map((p) => make("li", {}, make("label", {}, make("input", { type: "checkbox", name: "who", value: p, checked: ticked.includes(p) }), make("span", { textContent: data.parties[p] ?? p }))))
    );
  }

  // notes: one field for the visit; with several projects one for each as well. What was written of a project that is not ticked
  // any more goes to the visit as a whole.
  function drawNotes(texts: Record<string, string> = Object.fromEntries([...notes.querySelectorAll("textarea")].map((t) => [t.name, t.value]))) {
    const ids = chosen().length > 1 ? chosen() : [];
    let whole = texts.note_ ?? "";
    for (const [k, v] of Object.entries(texts)) if (k !== "note_" && !ids.includes(k.slice(5)) && v.trim()) whole = whole ? whole + "\n" + v : v;
    const area = (name: string, label: string, text: string, rows: number) => {
      const t = make("textarea", { className: "ta big", id: name, name, rows, value: text });
      if (label) return [make("label", { className: "lb", htmlFor: name, textContent: label }), t];
      t.setAttribute("aria-label", notes.dataset.label ?? "");
      return [t];
    };
    notes.replaceChildren(...ids.flatMap((id) => area("note_" + id, data.names[id] ?? id, texts["note_" + id] ?? "", 3)), ...area("note_", ids.length ? notes.dataset.whole! : "", whole, ids.length ? 3 : 4));
  }

  // findings name one of the projects where there are several
  function drawFound() {
    const ids = chosen();
    found?.querySelectorAll<HTMLElement>(".fnd").forEach((li) => {
      const of = li.querySelector<HTMLElement>("[data-v-of]")!;
      const pick = of.querySelector("select")!;
      const was = pick.value || pick.dataset.want || "";
      of.hidden = ids.length < 2;
      pick.replaceChildren(pick.options[0], ...ids.map((id) => new Option(data.names[id] ?? id, id, false, id === was)));
    });
  }

  function addFound(): HTMLElement | null {
    if (!found || !blank || found.children.length >= most) return null;
    const n = 1 + Math.max(0, ...[...found.querySelectorAll<HTMLElement>(".fnd")].map((el) => Number(el.dataset.n)));
    const holder = document.createElement("template");
    holder.innerHTML = blank.innerHTML.replace(/\bf0_/g, `f${n}_`).replace('data-n="0"', `data-n="${n}"`);
    const li = holder.content.querySelector<HTMLElement>(".fnd")!;
    found.append(li);
    drawFound();
    return li;
  }

  const draw = () => (drawWho(), drawNotes(), drawFound());

  // fill puts fields into the form, whatever stood there.
  function fill(fields: Pair[], today: string) {
    const list = (name: string) => fields.filter(([k]) => k === name).map(([, v]) => v);
    form.querySelectorAll<HTMLInputElement>("input[name=project]").forEach((el) => (el.checked = list("project").includes(el.value)));
    for (const name of ["place", "from", "to", "purpose", "others", "visitor"]) {
      const el = form.elements.namedItem(name);
      if (el instanceof HTMLInputElement || el instanceof HTMLSelectElement) el.value = value(fields, name);
    }
    (form.elements.namedItem("on") as HTMLInputElement).value = value(fields, "on") || today;
    drawWho(list("who"));
    drawNotes(Object.fromEntries(fields.filter(([k]) => k.startsWith("note_"))));
    if (!found) return;
    found.replaceChildren();
    const numbers = [...new Set(fields.map(([k]) => /^f(\d+)_/.exec(k)?.[1]).filter(Boolean))];
    for (const n of numbers.length ? numbers : [""]) {
      const li = addFound();
      if (!li || !n) continue;
      for (const name of ["title", "pain", "cause", "to", "kind", "project"]) {
        const el = li.querySelector<HTMLInputElement>(`[name$="_${name}"]`);
        const v = value(fields, `f${n}_${name}`);
        if (!el || !v) continue;
        if (name === "project") el.dataset.want = v;
        else el.value = v;
      }
      if (["pain", "cause", "to"].some((k) => value(fields, `f${n}_${k}`))) li.querySelector("details")!.open = true;
    }
    drawFound();
  }

  // rows of the last look, question by question.
  function rows(fields: Pair[]): { q: string; label: string; text: string }[] {
    const t = box.dataset;
    const and = t.and ?? "; ";
    const head = (q: string) => form.querySelector(`[data-q=${q}] h2`)?.textContent ?? "";
    const join = (list: string[]) => list.filter(Boolean).join(and);
    const times = [value(fields, "from"), value(fields, "to")].filter(Boolean).join("–");
    const out = [
      { q: "where", label: head("where"), text: join([chosen().map((id) => data.names[id] ?? id).join(t.comma), value(fields, "place"), `${value(fields, "on")} ${times}`.trim(), value(fields, "purpose")]) },
      { q: "who", label: head("who"), text: join([...fields.filter(([k]) => k === "who").map(([, v]) => data.parties[v] ?? v), value(fields, "others")]) },
    ];
    for (const [k, v] of fields) {
      if (!k.startsWith("note_") || !v.trim()) continue;
      const name = data.names[k.slice(5)];
      out.push({ q: "seen", label: name ? (t.seenAt ?? "").replace("{name}", name) : (notes.dataset.label ?? ""), text: v.trim() });
    }
    findings(fields).forEach((f, i) => {
      const fill = (key: string | undefined, args: Record<string, string>) => Object.entries(args).reduce((s, [k, v]) => s.replace(`{${k}}`, v), key ?? "");
      const to = f.to ? (form.querySelector<HTMLOptionElement>(`.fnd select[name$="_to"] option[value="${f.to}"]`)?.textContent ?? "") : "";
      out.push({ q: "found", label: (t.findingN ?? "").replace("{n}", String(i + 1)), text: join([f.title, f.project ? (data.names[f.project] ?? "") : "", f.pain ? fill(t.painCause, { pain: f.pain, cause: f.cause }) : "", to ? fill(t.to, { unit: to }) : ""]) });
    });
    return out;
  }

  return { draw, addFound, fill, rows, chosen };
}

export function findings(fields: Pair[]) {
  const numbers = [...new Set(fields.map(([k]) => /^f(\d+)_(title|pain|cause)$/.exec(k)?.[1]).filter(Boolean))];
  return numbers
    .map((n) => ({ title: value(fields, `f${n}_title`), project: value(fields, `f${n}_project`), pain: value(fields, `f${n}_pain`), cause: value(fields, `f${n}_cause`), to: value(fields, `f${n}_to`) }))
    .filter((f) => f.title || f.pain || f.cause);
}
