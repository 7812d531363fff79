// A part of a page that asks for itself anew; it never counts as use of the login.
"use strict";

document.querySelectorAll("[data-refresh]").forEach((part) => {
  const every = Number(part.dataset.refreshSeconds) * 1000;
  const reached = "a[href], button, input, select, summary, [tabindex]";
  const aloud = "[role=alert], [role=status], [data-said]";
  let last = null;

  // What stood still is worse than what is old and says so.
  function say(failed) {
    let notice = part.querySelector(":scope > .refresh-failed");
    if (failed && !notice) {
      notice = document.createElement("p");
      notice.className = "notice notice-error refresh-failed";
      notice.setAttribute("role", "alert");
      notice.textContent = part.dataset.refreshFailed;
      part.prepend(notice);
    }
  }

  function words(one) {
    return one.textContent.replace(/\s+/g, " ").trim();
  }

  // What was said before is not read out again, only because it stands there anew.
  function hush(fresh) {
    const said = new Set([...part.querySelectorAll(aloud)].map(words));
    for (const one of fresh.querySelectorAll(aloud)) {
      if (said.has(words(one))) {
        one.removeAttribute("role");
        one.dataset.said = "";
      }
    }
  }

  function name(one) {
    return one.id || [one.tagName, one.getAttribute("href"), one.getAttribute("aria-label")].join(" ");
  }

  function alike(called) {
    return [...part.querySelectorAll(reached)].filter((one) => name(one) === called);
  }

  // Whoever is inside by keyboard stays where they are, and so does what was scrolled.
  function replace(fresh) {
    const inside = part.contains(document.activeElement) ? document.activeElement : null;
    const called = inside && name(inside);
    const place = inside ? alike(called).indexOf(inside) : -1;
    const scrolled = [...part.querySelectorAll(".scroll")].map((one) => [one.scrollLeft, one.scrollTop]);
    part.replaceChildren(fresh);
    part.querySelectorAll(".scroll").forEach((one, n) => {
      if (scrolled[n]) [one.scrollLeft, one.scrollTop] = scrolled[n];
    });
    if (inside) (alike(called)[place] ?? alike(called)[0])?.focus({ preventScroll: true });
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(part.dataset.refresh, {
        credentials: "same-origin",
        headers: { "X-Labsys-Poll": "1" },
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const text = await answer.text();
      if (text !== last || part.querySelector(":scope > .refresh-failed")) {
        const fresh = document.createElement("template");
        fresh.innerHTML = text;
        hush(fresh.content);
        replace(fresh.content);
        last = text;
      }
      if (part.querySelector("[data-refresh-done]")) window.clearInterval(timer);
    } catch {
      say(true);
    }
  }

  const timer = window.setInterval(refresh, every);
  document.addEventListener("visibilitychange", refresh);
});
