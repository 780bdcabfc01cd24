// Keeps the form of a visit on the phone, so that it opens on a site without a network. Nothing else is kept: no list, no other
// page, and what is kept goes when its reader signs out, when a session has ended, and after half a day.
const sw = self as unknown as {
  addEventListener(type: string, f: (ev: any) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};
const SHELF = "visit";
const PAGE = "/visit/new";
const PARTS = ["/assets/site.css", "/assets/app.js"];
const LIFE = 12 * 3600 * 1000; // as long as a session may last

sw.addEventListener("install", (ev) => ev.waitUntil(keep().then(() => sw.skipWaiting())));
sw.addEventListener("activate", (ev) => ev.waitUntil(sw.clients.claim()));
sw.addEventListener("message", (ev) => ev.waitUntil(ev.data === "forget" ? caches.delete(SHELF) : keep()));

sw.addEventListener("fetch", (ev) => {
  const url = new URL(ev.request.url);
  if (ev.request.method !== "GET" || url.origin !== location.origin) return;
  if (ev.request.mode === "navigate" && url.pathname === PAGE) ev.respondWith(page(ev.request, url.search === ""));
  else if (PARTS.includes(url.pathname)) ev.respondWith(part(ev.request, url.pathname));
});

async function keep() {
  try {
    await page(new Request(PAGE, { credentials: "same-origin" }), true);
    await Promise.all(PARTS.map((p) => part(new Request(p), p)));
  } catch {
    /* no network: what is there stays */
  }
}

// page comes from the server; where that does not answer, from the shelf, and says so.
async function page(req: Request, plain: boolean): Promise<Response> {
  const shelf = await caches.open(SHELF);
  let res: Response | undefined;
  let why: unknown;
  try {
    res = await fetch(req);
  } catch (err) {
    why = err;
  }
  if (!res || res.status >= 502) {
    const kept = await shelf.match(PAGE);
    if (kept && Date.now() - Number(kept.headers.get("X-Kept")) < LIFE) {
      const text = (await kept.text()).replace("data-visit data-form", "data-visit data-kept data-form");
      return new Response(text, { headers: kept.headers });
    }
    if (!res) throw why;
  }
  if (res.type === "opaqueredirect" || res.redirected || res.status === 401 || res.status === 403) await shelf.delete(PAGE); // signed out, or may not any more
  else if (plain && res.ok) {
    const headers = new Headers(res.headers);
    headers.set("X-Kept", String(Date.now()));
    await shelf.put(PAGE, new Response(await res.clone().blob(), { headers }));
  }
  return res;
}

async function part(req: Request, path: string): Promise<Response> {
  const shelf = await caches.open(SHELF);
  try {
    const res = await fetch(req);
    if (res.ok) await shelf.put(path, res.clone());
    return res;
  } catch (err) {
    const kept = await shelf.match(path);
    if (!kept) throw err;
    return kept;
  }
}
