// Drafts: every change of a form with data-draft is saved on the server, and in the browser while there is no line.
export function drafts() {
  document.querySelectorAll<HTMLFormElement>("form[data-draft]").forEach((form) => {
    const key = "draft:" + form.dataset.draft;
    const note = form.querySelector<HTMLElement>("[data-draft-note]") ?? document.querySelector<HTMLElement>("[data-draft-note]");
    let timer = 0;
    const values = () => {
      const out: Record<string, string> = {};
      new FormData(form).forEach((v, k) => {
        if (typeof v === "string" && !k.startsWith("_")) out[k] = v;
      });
      return JSON.stringify(out);
    };
    const kept = localStorage.getItem(key);
    if (kept) {
      const old = JSON.parse(kept) as Record<string, string>;
      for (const [k, v] of Object.entries(old)) {
        const el = form.elements.namedItem(k);
        if (el instanceof HTMLInputElement || el instanceof HTMLTextAreaElement) el.value = v;
      }
    }
    const save = async () => {
      const body = values();
      try {
        const res = await fetch("/draft", {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ form: form.dataset.draft!, body }),
        });
        if (!res.ok) throw new Error(String(res.status));
        localStorage.removeItem(key);
        if (note) note.textContent = `${note.dataset.saved ?? ""} ${new Date().toTimeString().slice(0, 5)}`;
      } catch {
        localStorage.setItem(key, body); // kept here until there is a line again
        if (note) note.textContent = note.dataset.local ?? "";
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(save, 600);
    });
    window.addEventListener("online", () => localStorage.getItem(key) && save());
    form.addEventListener("submit", () => localStorage.removeItem(key));
  });
}
