// The WHY sheet 据: a figure opens it at the right; Escape closes it, and the focus goes back to the figure.
let opener: HTMLElement | null = null;

export function sheet() {
  const box = document.getElementById("sheet");
  if (!box) return;
  document.addEventListener("click", async (ev) => {
    const link = (ev.target as HTMLElement).closest<HTMLAnchorElement>("a[data-why]");
    if (link && !ev.ctrlKey && !ev.metaKey && !ev.shiftKey && window.innerWidth >= 640) {
      ev.preventDefault();
      if (!box.contains(link)) opener = link;
      await show(box, link.href);
      return;
    }
    if ((ev.target as HTMLElement).closest("[data-close-sheet]")) {
      ev.preventDefault();
      hide(box);
    }
  });
  document.addEventListener("keydown", (ev) => {
    if (ev.key === "Escape" && !box.hidden) hide(box);
  });
  // a value tried inside the sheet is answered inside the sheet
  box.addEventListener("submit", async (ev) => {
    const form = ev.target as HTMLFormElement;
    if (form.dataset.try === undefined) return;
    ev.preventDefault();
    const url = new URL(form.action);
    new FormData(form).forEach((v, k) => url.searchParams.set(k, String(v)));
    await show(box, url.href);
    box.querySelector<HTMLElement>("[data-try] input")?.focus();
  });
}

async function show(box: HTMLElement, href: string) {
  box.setAttribute("aria-busy", "true");
  try {
    const res = await fetch(href, { headers: { "X-Part": "sheet" }, credentials: "same-origin" });
    if (res.redirected || !res.ok) {
      location.href = href;
      return;
    }
    box.innerHTML = await res.text();
  } catch {
    location.href = href; // the page itself will say what is wrong
    return;
  } finally {
    box.removeAttribute("aria-busy");
  }
  document.querySelectorAll(".fig.on,.w.on").forEach((el) => el.classList.remove("on"));
  opener?.closest(".fig,.w")?.classList.add("on");
  box.hidden = false;
  document.body.classList.add("with-sheet");
  box.querySelector<HTMLElement>("h1,h2")?.focus();
}

function hide(box: HTMLElement) {
  box.hidden = true;
  box.innerHTML = "";
  document.body.classList.remove("with-sheet");
  document.querySelectorAll(".fig.on,.w.on").forEach((el) => el.classList.remove("on"));
  opener?.focus();
}
