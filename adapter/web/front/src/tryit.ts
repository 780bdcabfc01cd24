// The what-if sheet: a tick or a day is answered at once, without leaving the list. Without a script the form's button does it.
export function tryit() {
  const box = document.getElementById("try");
  if (!box) return;
  let asked = 0;
  box.addEventListener("change", async (ev) => {
    const form = (ev.target as HTMLElement).closest<HTMLFormElement>("form[data-tryit]");
    if (!form) return;
    const q = new URLSearchParams();
    new FormData(form).forEach((v, k) => v && q.append(k, String(v))); // an empty cell moves nothing
    const turn = ++asked;
    const focus = (ev.target as HTMLElement).id || (ev.target as HTMLInputElement).name;
    box.setAttribute("aria-busy", "true");
    try {
      const res = await fetch("/slipping?" + q, { headers: { "X-Part": "try" }, credentials: "same-origin" });
      if (!res.ok || res.redirected) throw new Error(String(res.status));
      const html = await res.text();
      if (turn !== asked) return; // a later tick is on its way
      const open = !!box.querySelector("details[open]");
      box.innerHTML = html;
      if (open) box.querySelector("details")?.setAttribute("open", "");
      history.replaceState(history.state, "", "/slipping?" + q + "#try");
      const again = document.getElementById(focus) ?? box.querySelector<HTMLElement>(`[name="${CSS.escape(focus)}"]`);
      again?.focus({ preventScroll: true });
    } catch {
      form.submit(); // the page itself says what is wrong
    } finally {
      if (turn === asked) box.removeAttribute("aria-busy");
    }
  });
}
