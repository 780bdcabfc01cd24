// The palette: Ctrl K or "/" opens the search of the head; arrows walk the results. Without script it is a form.
export function palette() {
  const form = document.querySelector<HTMLFormElement>("form.find");
  const input = form?.querySelector<HTMLInputElement>("input");
  const box = document.getElementById("found");
  if (!form || !input || !box) return;
  let timer = 0;
  document.addEventListener("keydown", (ev) => {
    const typing = (ev.target as HTMLElement).closest("input,textarea,select");
    if ((ev.key === "k" && (ev.ctrlKey || ev.metaKey)) || (ev.key === "/" && !typing)) {
      ev.preventDefault();
      form.classList.add("open");
      input.focus();
      input.select();
    }
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const q = input.value.trim();
      if (!q) {
        box.hidden = true;
        return;
      }
      const res = await fetch(`/find?q=${encodeURIComponent(q)}`, { headers: { "X-Part": "found" } });
      if (!res.ok) return;
      box.innerHTML = await res.text();
      box.hidden = false;
    }, 120);
  });
  form.addEventListener("keydown", (ev) => {
    const links = [...box.querySelectorAll<HTMLAnchorElement>("a")];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (ev.key === "ArrowDown") {
      ev.preventDefault();
      links[Math.min(at + 1, links.length - 1)]?.focus();
    } else if (ev.key === "ArrowUp") {
      ev.preventDefault();
      (at <= 0 ? input : links[at - 1]).focus();
    } else if (ev.key === "Escape") {
      box.hidden = true;
      form.classList.remove("open");
      input.blur();
    }
  });
  document.addEventListener("click", (ev) => {
    if (!form.contains(ev.target as Node)) {
      box.hidden = true;
      form.classList.remove("open");
    }
  });
}
