// Lists by keyboard: j and k move, Enter opens, x selects. Filters send themselves.
export function lists() {
  // what scrolls sideways can be reached and scrolled by keyboard
  document.querySelectorAll<HTMLElement>(".scroll").forEach((el) => {
    if (el.scrollWidth > el.clientWidth || el.scrollHeight > el.clientHeight) el.tabIndex = 0;
  });
  const rows = () => [...document.querySelectorAll<HTMLTableRowElement>("table[data-list] tbody tr[data-href]")];
  document.addEventListener("keydown", (ev) => {
    if ((ev.target as HTMLElement).closest("input:not([type=checkbox]),textarea,select") || ev.ctrlKey || ev.metaKey || ev.altKey) return;
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((r) => r.classList.contains("at"));
    const go = (i: number) => {
      all.forEach((r) => r.classList.remove("at"));
      const row = all[Math.max(0, Math.min(i, all.length - 1))];
      row.classList.add("at");
      row.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    };
    if (ev.key === "j") go(at + 1);
    else if (ev.key === "k") go(at - 1);
    else if (ev.key === "x" && at >= 0) {
      const box = all[at].querySelector<HTMLInputElement>("input[type=checkbox]");
      if (box) box.checked = !box.checked;
    }
  });
  document.querySelectorAll<HTMLFormElement>("form[data-auto]").forEach((form) => {
    form.addEventListener("change", () => form.requestSubmit());
  });
  document.querySelectorAll<HTMLElement>("[data-print]").forEach((b) => b.addEventListener("click", () => window.print()));
}
