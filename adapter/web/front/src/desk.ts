// The dispatcher's desk: a row opens beside the table, R sends back, another sum shows what it would make of the lights.
export function desk() {
  const panel = document.getElementById("check");
  const table = document.querySelector<HTMLElement>("table[data-desk]");
  if (!panel) return;
  const load = async (href: string, push: boolean) => {
    panel.setAttribute("aria-busy", "true");
    try {
      const res = await fetch(href, { headers: { "X-Part": "check" }, credentials: "same-origin" });
      if (!res.ok || res.redirected) throw new Error(String(res.status));
      panel.innerHTML = await res.text();
    } catch {
      location.href = href;
      return;
    } finally {
      panel.removeAttribute("aria-busy");
    }
    if (push) history.pushState({ desk: true }, "", href);
    const id = new URL(href, location.href).searchParams.get("p");
    table?.querySelectorAll("tr[data-href]").forEach((tr) => {
      const mine = new URL((tr as HTMLElement).dataset.href!, location.href).searchParams.get("p") === id;
      tr.classList.toggle("on", mine);
      tr.querySelector("a[data-open]")?.toggleAttribute("aria-current", mine);
    });
    panel.scrollTop = 0;
    panel.focus({ preventScroll: window.innerWidth >= 1024 });
  };
  table?.addEventListener("click", (ev) => {
    const el = ev.target as HTMLElement;
    const row = el.closest<HTMLTableRowElement>("tr[data-href]");
    const link = el.closest<HTMLAnchorElement>("a");
    if (!row || (link && link.dataset.open === undefined) || ev.ctrlKey || ev.metaKey || ev.shiftKey || getSelection()?.toString()) return;
    ev.preventDefault();
    load(row.dataset.href!, true);
  });
  window.addEventListener("popstate", () => location.pathname === "/dispatch" && load(location.href, false));
  document.addEventListener("keydown", (ev) => {
    if (ev.key !== "r" && ev.key !== "R") return;
    if ((ev.target as HTMLElement).closest("input,textarea,select") || ev.ctrlKey || ev.metaKey || ev.altKey) return;
    const why = panel.querySelector<HTMLTextAreaElement>("#why");
    if (!why) return;
    ev.preventDefault();
    if (why.value.trim()) panel.querySelector<HTMLButtonElement>("[data-return]")?.click();
    else why.focus(); // a report is never sent back without a word
  });
  let timer = 0;
  panel.addEventListener("input", (ev) => {
    const field = ev.target as HTMLInputElement;
    const form = field.form;
    if (field.dataset.asif === undefined || !form) return;
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const q = new URLSearchParams({ m: value(form, "m"), p: value(form, "p"), as_month: field.value });
      try {
        const res = await fetch("/dispatch?" + q, { headers: { "X-Part": "asif" } });
        const box = document.getElementById("asif");
        if (res.ok && box) box.innerHTML = await res.text();
      } catch {
        /* no line: the button below says what is wrong */
      }
    }, 350);
  });
}

function value(form: HTMLFormElement, name: string): string {
  const el = form.elements.namedItem(name);
  return el instanceof HTMLInputElement ? el.value : "";
}
