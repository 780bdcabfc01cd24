// A long form on a phone: one question a screen, a bar that shows how far, and what the answers would show, while they are
// typed. Without script the same form is one page.
export function steps() {
  document.querySelectorAll<HTMLFormElement>("form[data-steps]").forEach((form) => {
    walk(form);
    watch(form);
  });
  document.querySelector<HTMLElement>("[data-first]")?.focus();
}

const phone = window.matchMedia("(max-width: 639px)");

function walk(form: HTMLFormElement) {
  const qs = [...form.querySelectorAll<HTMLElement>("[data-q]")];
  const label = form.querySelector<HTMLElement>("[data-steps-n]");
  const next = form.querySelector<HTMLButtonElement>("[data-next]");
  const prev = form.querySelector<HTMLButtonElement>("[data-prev]");
  const go = form.querySelector<HTMLButtonElement>("[data-go]");
  if (!label || !next || !prev || !go || !qs.length) return;
  const bar = document.createElement("span");
  bar.className = "ps";
  bar.setAttribute("aria-hidden", "true");
  qs.forEach(() => bar.append(document.createElement("i")));
  label.before(bar);
  const text = label.dataset.text ?? "";
  // the address names a question; a refused form opens at the first one with a sentence
  const wanted = () => {
    const named = qs.findIndex((q) => "#" + q.id === location.hash || (location.hash.startsWith("#f-") && q.querySelector(location.hash)));
    const wrong = qs.findIndex((q) => q.querySelector("[aria-invalid]"));
    return named >= 0 ? named : Math.max(0, wrong);
  };
  let at = wanted();
  const show = (focus: boolean) => {
    const one = phone.matches;
    form.classList.toggle("one", one);
    qs.forEach((q, i) => (q.hidden = one && i !== at));
    bar.hidden = label.hidden = !one;
    [...bar.children].forEach((el, i) => (el.className = i < at ? "d" : i === at ? "o" : ""));
    label.textContent = text.replace("{n}", String(at + 1)).replace("{of}", String(qs.length));
    const last = at === qs.length - 1;
    next.hidden = !one || last;
    prev.hidden = !one || at === 0;
    go.hidden = one && !last;
    form.dataset.at = qs[at].dataset.q;
    if (focus && one) {
      window.scrollTo({ top: 0 });
      const h = qs[at].querySelector<HTMLElement>("h2");
      h?.setAttribute("tabindex", "-1");
      h?.focus({ preventScroll: true });
    }
  };
  next.addEventListener("click", () => ((at = Math.min(at + 1, qs.length - 1)), show(true)));
  prev.addEventListener("click", () => ((at = Math.max(at - 1, 0)), show(true)));
  form.addEventListener("keydown", (ev) => {
    if (ev.key === "Enter" && ev.target instanceof HTMLInputElement && ev.target.type !== "file" && !next.hidden) {
      ev.preventDefault();
      next.click();
    }
  });
  window.addEventListener("hashchange", () => ((at = wanted()), show(true)));
  phone.addEventListener("change", () => show(false));
  form.classList.add("live"); // chosen files are taken in at once, so the button for it goes
  form.querySelector<HTMLInputElement>("input[type=file]")?.addEventListener("change", () => {
    form.querySelector<HTMLButtonElement>("[data-add]")?.click();
  });
  show(false);
}

// watch asks the server what the answers would show. The year to date follows the month until somebody writes it himself.
function watch(form: HTMLFormElement) {
  const box = form.querySelector<HTMLElement>("#preview");
  const url = form.dataset.preview;
  if (!box || !url) return;
  const month = form.querySelector<HTMLInputElement>("[data-month]");
  const ytd = form.querySelector<HTMLInputElement>("[data-ytd]");
  const before = form.dataset.before ?? "";
  let own = !!ytd && ytd.value !== "" && month?.value !== "" && !follows();
  function follows() {
    return before !== "" && Math.abs(Number(before) + Number(month?.value) - Number(ytd?.value)) < 1e-6;
  }
  ytd?.addEventListener("input", () => (own = ytd.value !== ""));
  month?.addEventListener("input", () => {
    const n = Number(month.value);
    if (!ytd || own || before === "") return;
    ytd.value = month.value === "" || Number.isNaN(n) ? "" : String(Number((Number(before) + n).toFixed(6)));
  });
  let timer = 0;
  let turn = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const mine = ++turn;
      const body = new URLSearchParams();
      new FormData(form).forEach((v, k) => typeof v === "string" && body.append(k, v));
      try {
        const res = await fetch(url, { method: "POST", headers: { "X-Part": "preview", "Content-Type": "application/x-www-form-urlencoded" }, body });
        if (res.ok && mine === turn) box.innerHTML = await res.text();
      } catch {
        /* no line: the check page will say it */
      }
    }, 350);
  });
}
