// Checks passes with the keys and the list that the page holds; asks for a newer list while it can.
"use strict";

(() => {
  const gate = document.getElementById("gate");
  const AHEAD_SECONDS = 120;
  const LONGEST_SECONDS = 900;
  const TONES = { CLEARED: "good", REVOKED: "critical", EXPIRED: "critical", INVALID: "held" };
  const fields = {
    LP1: ["exp", "iat", "id", "kid", "prog", "v", "who"],
    LR1: ["as_of", "ids", "kid", "v"],
  };
  const saved = JSON.parse(document.getElementById("gate-saved").textContent);
  const KEPT = "labsys-gate-scans";
  const part = (name) => document.getElementById(name);
  let list = null;
  let isSending = false;
  const untrue = new Set();

  function bytesOf(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("other characters");
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const again = btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    if (again !== text) throw new Error("written another way");
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  }

  function canonical(said) {
    const names = Object.keys(said).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(said[name])}`).join(",")}}`;
  }

  async function keyOf(kid) {
    if (!Object.hasOwn(saved.keys, kid)) throw new Error("unknown key");
    const raw = Uint8Array.from(atob(saved.keys[kid]), (one) => one.charCodeAt(0));
    return crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  }

  // What a signed text says, if every byte of it is the one that was signed.
  async function opened(text, kind) {
    const parts = text.split(".");
    if (parts.length !== 3 || parts[0] !== kind) throw new Error("another form");
    const payload = new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(parts[1]));
    const said = JSON.parse(payload);
    if (JSON.stringify(Object.keys(said).sort()) !== JSON.stringify(fields[kind])) throw new Error("other fields");
    if (said.v !== 1 || canonical(said) !== payload) throw new Error("written another way");
    const body = new TextEncoder().encode(`${kind}.${parts[1]}`);
    const key = await keyOf(said.kid);
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, bytesOf(parts[2]), body))) throw new Error("forged");
    return said;
  }

  async function verdict(text, now) {
    let said;
    try {
      said = await opened(text, "LP1");
    } catch {
      return { status: "INVALID" };
    }
    const runs = Number.isInteger(said.iat) && Number.isInteger(said.exp);
    const isShort = runs && said.iat < said.exp && said.exp <= said.iat + LONGEST_SECONDS;
    if (!isShort || said.iat > now + AHEAD_SECONDS) return { status: "INVALID" };
    if (now >= said.exp) return { status: "EXPIRED", said };
    return { status: list.ids.has(said.id) ? "REVOKED" : "CLEARED", said };
  }

  function clock(seconds) {
    const moment = new Date(seconds * 1000);
    return [moment.getHours(), moment.getMinutes()].map((one) => String(one).padStart(2, "0")).join(":");
  }

  function warn(sentence) {
    part("gate-warning").textContent = sentence;
    part("gate-warning").hidden = !sentence;
  }

  function say() {
    if (!list) return;
    part("gate-listed").textContent = gate.dataset.listed.replace("%(moment)s", clock(list.as_of));
    const age = Date.now() / 1000 - list.as_of;
    warn(age > saved.old_seconds ? gate.dataset.old.replace("%(minutes)s", Math.floor(age / 60)) : "");
  }

  async function take(revocations) {
    const said = await opened(revocations, "LR1");
    // An older list than the one that is held would forget what was revoked since.
    if (!list || said.as_of >= list.as_of) list = { as_of: said.as_of, ids: new Set(said.ids) };
    say();
  }

  function show(name, sentence) {
    part(name).textContent = sentence;
    part(name).hidden = !sentence;
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(KEPT) || "[]");
    } catch {
      return [];
    }
  }

  function hold(scans) {
    try {
      localStorage.setItem(KEPT, JSON.stringify(scans));
    } catch {
      show("gate-waiting", gate.dataset.unkept);
      return;
    }
    show("gate-waiting", scans.length ? gate.dataset.waiting.replace("%(number)s", scans.length) : "");
  }

  // Sends what was answered here; what did not arrive stays, and its id tells a repetition.
  async function send() {
    const scans = kept().slice(0, Number(gate.dataset.most));
    if (isSending || !scans.length || !navigator.onLine) return;
    isSending = true;
    try {
      const answer = await fetch(gate.dataset.scans, {
        method: "POST",
        credentials: "same-origin",
        redirect: "error",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
        },
        body: JSON.stringify({ scans }),
      });
      if (!answer.ok) return;
      const told = (await answer.json()).scans;
      const done = new Set(told.map((one) => one.uid));
      hold(kept().filter((one) => !done.has(one.uid)));
      for (const one of told.filter((each) => each.is_untrue)) untrue.add(one.who);
      if (untrue.size) show("gate-untrue", gate.dataset.untrue.replace("%(who)s", [...untrue].join(", ")));
      if (kept().length && done.size) setTimeout(send, 0);
    } catch {
      // No network: they are sent with the next list.
    } finally {
      isSending = false;
    }
  }

  function moment(seconds) {
    return new Date(seconds * 1000).toISOString();
  }

  async function refresh() {
    if (!navigator.onLine) return say();
    try {
      const answer = await fetch(gate.dataset.fresh, { credentials: "same-origin", redirect: "error" });
      if (answer.ok) await take((await answer.json()).revocations);
    } catch {
      // No network: what is held goes on, and says how old it is.
    }
    say();
    await send();
  }

  async function check(event) {
    event.preventDefault();
    const text = part("pass").value.trim();
    part("pass").value = "";
    part("pass").focus();
    if (!list || !text) return;
    const now = Date.now() / 1000;
    const found = await verdict(text, now);
    const uid = crypto.randomUUID();
    const answered = { uid, asked: text, status: found.status, scanned_at: moment(now), as_of: moment(list.as_of) };
    hold([...kept(), answered]);
    const pill = document.createElement("span");
    pill.className = `pill pill-${TONES[found.status]}`;
    pill.textContent = saved.words[found.status];
    part("gate-answer").replaceChildren(pill);
    const until = found.said && gate.dataset.until.replace("%(moment)s", clock(found.said.exp));
    part("gate-whom").textContent = found.said ? [found.said.who, found.said.prog, until].join(" · ") : "";
    say();
    await send();
  }

  async function begin() {
    part("gate-form").addEventListener("submit", check);
    if (!globalThis.crypto?.subtle) return warn(gate.dataset.unable);
    try {
      await keyOf(Object.keys(saved.keys)[0]);
    } catch {
      return warn(gate.dataset.unable);
    }
    try {
      await take(saved.revocations);
    } catch {
      return warn(gate.dataset.damaged);
    }
    hold(kept());
    send();
    globalThis.addEventListener("online", refresh);
    setInterval(refresh, Number(gate.dataset.seconds) * 1000);
    setInterval(say, 10_000);
  }

  begin();
})();
