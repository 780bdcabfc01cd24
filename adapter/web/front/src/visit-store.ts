// What a visit leaves on the phone: the draft that is being written, and what was signed and waits to be sent. Both hang on who
// signs and in which post, so that nobody finds or sends another's.
export type Pair = [string, string];

export interface Draft {
  key: string; // under which it will be sent, once
  at: number; // of the last change, in milliseconds
  fields: Pair[];
  synced?: boolean; // the server has it too
}

export interface Waiting extends Draft {
  said?: string; // why the server refused it
  where?: string; // at which question
  parked?: boolean; // not signed yet: put aside for another that came back
}

function read<T>(key: string, none: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as T) ?? none;
  } catch {
    return none;
  }
}

// write tells whether it stands: a full or forbidden store is said, not passed over.
function write(key: string, value: unknown): boolean {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function store(as: string) {
  const draft = (form: string) => `visit/draft/${as}/${form}`;
  const waiting = `visit/waiting/${as}`;
  const sent = `visit/sent/${as}`;
  return {
    draft: (form: string) => read<Draft | null>(draft(form), null),
    putDraft: (form: string, d: Draft | null) => write(draft(form), d),
    waiting: () => read<Waiting[]>(waiting, []),
    putWaiting: (list: Waiting[]) => write(waiting, list.length ? list : null),
    wasSent: (key: string) => read<string[]>(sent, []).includes(key),
    markSent: (key: string) => write(sent, [...read<string[]>(sent, []).slice(-19), key]),
  };
}

export type Store = ReturnType<typeof store>;

// forget clears what a signed-out browser must not keep: the page, and drafts that the server has too. What only the phone has
// stays, for its own writer.
export async function forget() {
  try {
    await caches.delete("visit");
  } catch {
    /* no shelf, or not allowed: nothing was kept */
  }
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("visit/draft/") && read<Draft | null>(key, null)?.synced) localStorage.removeItem(key);
    }
  } catch {
    /* likewise */
  }
}

export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

// say fills a text of the catalogue: {name}, and {n|one|many}.
export function say(text: string, args: Record<string, string | number>): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (all, name, one, many) => {
    if (!(name in args)) return all;
    return many === undefined ? String(args[name]) : String(args[name]) === "1" ? one : many;
  });
}

// send posts what waits, one after the other. left says how many wait still; of those that went, href is where the last one is.
export async function send(s: Store, as: string): Promise<{ href: string; left: Waiting[]; offline: boolean; signedOut: boolean }> {
  const out = { href: "", left: [] as Waiting[], offline: false, signedOut: false };
  for (const w of s.waiting()) {
    if (w.said || w.parked) continue; // waits for its writer, not for the network
    const body = new URLSearchParams(w.fields);
    body.set("_key", w.key);
    body.set("as", as);
    try {
      const res = await fetch("/visit/new/send", { method: "POST", headers: { "X-Part": "sent", "Content-Type": "application/x-www-form-urlencoded" }, body });
      const text = await res.text();
      if (res.ok && !/^\/visit\/V-\d/.test(text)) {
        out.offline = true; // somebody else answered: the door of a hotel's network
        break;
      }
      if (res.ok) {
        out.href = text;
        s.markSent(w.key);
        s.putWaiting(s.waiting().filter((o) => o.key !== w.key));
      } else if (res.status === 401) {
        out.signedOut = true;
        break;
      } else if (res.status < 500) {
        s.putWaiting(s.waiting().map((o) => (o.key === w.key ? { ...o, said: text, where: res.headers.get("X-Where") ?? "" } : o)));
      } else break;
    } catch {
      out.offline = true;
      break;
    }
  }
  out.left = s.waiting();
  return out;
}
