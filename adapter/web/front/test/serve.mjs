// Starts the binary on a fresh demo district and a free port; every test file has a copy of the data that scripts/browser-test seeded once (SHIGAN_SEED).
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, existsSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = process.env.SHIGAN_BIN;
if (!bin || !existsSync(bin)) throw new Error("SHIGAN_BIN must name the built binary; scripts/browser-test sets it");

function freePort() {
  return new Promise((resolve) => {
    const s = createServer();
    s.listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });
}

// What `shigan demo` prints: one account per role.
export const password = "shigan-demo-2022";

export async function serve() {
  const data = mkdtempSync(join(tmpdir(), "shigan-pages-"));
  if (process.env.SHIGAN_SEED) cpSync(process.env.SHIGAN_SEED, data, { recursive: true });
  else shigan(data, "demo", "--no-serve");
  return start(data);
}

// shigan runs one command of the binary on a folder of data.
export function shigan(data, ...args) {
  const got = spawnSync(bin, [...args, "--data", data], { encoding: "utf8", input: password });
  if (got.status !== 0) throw new Error(args.join(" ") + ": " + got.stdout + got.stderr);
  return got.stdout;
}

// start serves a folder of data; keep leaves it there when the server stops, so that it can be served again.
export async function start(data, keep = false) {
  const port = await freePort();
  const child = spawn(bin, ["serve", "--data", data, "--addr", `127.0.0.1:${port}`], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (d) => (log += d));
  const base = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i++) {
    try {
      if ((await fetch(base + "/healthz")).ok) break;
    } catch {
      /* not yet */
    }
    if (i > 100) throw new Error("the server did not start: " + log);
    await new Promise((r) => setTimeout(r, 100));
  }
  return {
    base,
    stop() {
      child.kill("SIGTERM");
      if (!keep) rmSync(data, { recursive: true, force: true });
      return new Promise((r) => (child.exitCode === null ? child.once("exit", r) : r()));
    },
    log: () => log,
  };
}

export const chromium = {
  executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p)),
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};
