// The editor of a network: the drawing, what was found and the float follow the table as it is filled; Enter goes down a step and adds one
// at the end. Nothing is stored before somebody stores it. Without a script the button "look" does it.
const parts = ["net-head", "net-drawn", "net-found"];

export function network() {
  const form = document.querySelector<HTMLFormElement>("form[data-follow]");
  if (!form) return;
  let asked = 0;
  form.addEventListener("change", async (ev) => {
    if ((ev.target as HTMLElement).matches('[name="reason"]')) return;
    const q = new URLSearchParams();
    new FormData(form).forEach((v, k) => q.append(k, String(v)));
    q.set("look", "1");
    const turn = ++asked;
    try {
      const res = await fetch(form.action, { method: "POST", body: q, credentials: "same-origin" });
      if (res.redirected || (!res.ok && res.status !== 422)) return; // the button says what is wrong
      const page = new DOMParser().parseFromString(await res.text(), "text/html");
      if (turn === asked) follow(form, page);
    } catch {
      // offline: the table is all there is
    }
  });
  form.addEventListener("keydown", (ev) => {
    const cell = ev.target as HTMLInputElement;
    if (ev.key !== "Enter" || ev.isComposing || !cell.matches("table input")) return;
    ev.preventDefault();
    const row = cell.closest("tr")!;
    const next = (row.nextElementSibling ?? added(row)) as HTMLElement;
    next.querySelector<HTMLElement>(`[name="${cell.name}"]`)?.focus();
  });
}

// follow takes over what the page says of the table; the table itself stays as it is being typed.
function follow(form: HTMLFormElement, page: Document) {
  for (const id of parts) {
    const [now, then] = [document.getElementById(id), page.getElementById(id)];
    if (now && then) now.innerHTML = then.innerHTML;
  }
  const rows = [...form.querySelectorAll<HTMLElement>("tbody tr")].filter((r) => r.querySelector<HTMLInputElement>('[name="name"]')?.value.trim());
  const told = [...page.querySelectorAll<HTMLElement>("form[data-follow] tbody tr")];
  rows.forEach((row, i) => {
    const [now, then] = [row.querySelector("[data-float]"), told[i]?.querySelector("[data-float]")];
    row.classList.toggle("crit", !!told[i]?.classList.contains("crit"));
    row.classList.toggle("bad", !!told[i]?.classList.contains("bad"));
    if (now && then) now.innerHTML = then.innerHTML;
  });
}

// added is an empty row below the last one.
function added(row: Element): Element {
  const fresh = row.cloneNode(true) as HTMLElement;
  const n = row.parentElement!.children.length + 1;
  fresh.querySelectorAll<HTMLInputElement>("input").forEach((i) => (i.value = ""));
  fresh.querySelectorAll<HTMLSelectElement>("select").forEach((s) => (s.selectedIndex = [...s.options].findIndex((o) => o.defaultSelected)));
  fresh.querySelectorAll<HTMLElement>("[aria-label]").forEach((el) => el.setAttribute("aria-label", el.getAttribute("aria-label")!.replace(/\d+/, String(n))));
  fresh.className = "";
  fresh.querySelector(".num")!.firstChild!.textContent = String(n);
  fresh.querySelector("[data-float]")!.textContent = "";
  row.after(fresh);
  return fresh;
}
