// Messages: what is chosen is worked out while it is being chosen; what is shown once can be copied with one press.
export function messages() {
  document.querySelectorAll<HTMLElement>("[data-copy]").forEach((el) => {
    if (!navigator.clipboard) return;
    const b = document.createElement("button");
    b.type = "button";
    b.className = "bt s";
    b.textContent = el.dataset.copy!;
    b.addEventListener("click", async () => {
      await navigator.clipboard.writeText(el.textContent!.trim());
      b.textContent = el.dataset.copied!;
    });
    el.after(b);
  });
  const form = document.querySelector<HTMLFormElement>("form[data-when]");
  const box = document.querySelector<HTMLElement>("#when");
  if (!form || !box) return;
  let asked = 0;
  form.addEventListener("change", async () => {
    const mine = ++asked;
    const body = new URLSearchParams([...new FormData(form)].map(([k, v]) => [k, String(v)]));
    const res = await fetch(form.dataset.when!, { method: "POST", headers: { "X-Part": "when", "Content-Type": "application/x-www-form-urlencoded" }, body }).catch(() => null);
    if (res?.ok && mine === asked) box.innerHTML = await res.text();
  });
}
