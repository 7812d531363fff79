// Trends on one axis of time: reading across all panels, stepping by keyboard, zooming by address.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const whole = document.querySelector("[data-trends]");
  if (!whole) return;

  let board = null;

  // What the drawing says of itself, read once each time it is drawn anew.
  function read(stage) {
    const told = stage.dataset;
    const language = document.documentElement.lang;
    const panels = [...stage.querySelectorAll("[data-trend-panel]")].map((figure) => ({
      svg: figure.querySelector("svg"),
      name: figure.querySelector(".trend-name").firstChild.textContent.trim(),
      out: figure.querySelector("[data-trend-read]"),
      fit: figure.dataset.fit ? JSON.parse(figure.dataset.fit) : null,
      points: [...figure.querySelectorAll("g[data-t]")]
        .map((one) => ({
          time: 1000 * Number(one.dataset.t),
          x: one.transform.baseVal[0].matrix.e,
          y: one.transform.baseVal[0].matrix.f,
          said: one.querySelector("title").textContent,
        }))
        .sort((one, other) => one.time - other.time),
    }));
    const points = panels.flatMap((one) => one.points);
    return {
      stage,
      panels,
      drawings: [...stage.querySelectorAll(".trend-figure svg")],
      first: Number(told.first),
      last: Number(told.last),
      left: Number(told.left),
      right: Number(told.right),
      stops: [...new Set(points.map((one) => one.time))].sort((one, other) => one - other),
      moment: new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
        day: "numeric", month: "short", year: "numeric",
        hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: told.zone,
      }),
      at: null,
    };
  }

  const timeOf = (x) => board.first + ((x - board.left) / (board.right - board.left)) * (board.last - board.first);
  const placeOf = (time) => board.left + ((time - board.first) / (board.last - board.first)) * (board.right - board.left);
  const within = (x) => Math.min(Math.max(x, board.left), board.right);

  function make(name, class_, svg, attributes) {
    let one = svg.querySelector(`.${class_}`);
    if (!one) {
      one = document.createElementNS(SVG, name);
      one.setAttribute("class", class_);
      svg.append(one);
    }
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  }

  function clear(...classes) {
    for (const class_ of classes) board.stage.querySelectorAll(`.${class_}`).forEach((one) => one.remove());
  }

  // The course between the two places beside a moment.
  function fitted(fit, time) {
    for (let n = 1; fit && n < fit.length; n += 1) {
      const [one, other] = [fit[n - 1], fit[n]];
      if (one[0] <= time && time <= other[0]) {
        const share = other[0] > one[0] ? (time - one[0]) / (other[0] - one[0]) : 0;
        const between = (place) => (one[place] === null || other[place] === null
          ? null : Number((one[place] * (other[place] / one[place]) ** share).toPrecision(3)));
        const limits = between(2) === null || between(3) === null ? "" : ` [${between(2)} – ${between(3)}]`;
        return `${board.stage.dataset.fitted} ${between(1)}${limits}`;
      }
    }
    return "";
  }

  // The crosshair goes through every panel; each says its last value up to there.
  function show(time, aloud) {
    board.at = time;
    const x = placeOf(time);
    const said = [board.moment.format(time)];
    for (const svg of board.drawings) {
      const height = svg.viewBox.baseVal.height;
      make("line", "trend-cross", svg, { x1: x, x2: x, y1: 0, y2: height - 34 });
    }
    for (const panel of board.panels) {
      const before = panel.points.filter((one) => one.time <= time);
      const point = before[before.length - 1];
      const more = fitted(panel.fit, time);
      const text = point ? point.said : board.stage.dataset.none;
      panel.out.textContent = more ? `${text} · ${more}` : text;
      said.push(`${panel.name}: ${panel.out.textContent}`);
      panel.svg.querySelector(".trend-ring")?.remove();
      if (point) make("circle", "trend-ring", panel.svg, { cx: point.x, cy: point.y, r: 8 });
    }
    if (aloud) whole.querySelector("[data-trend-said]").textContent = said.join(". ");
  }

  function end() {
    clear("trend-cross", "trend-ring", "trend-selection");
    board.at = null;
    for (const panel of board.panels) panel.out.textContent = "";
    whole.querySelector("[data-trend-said]").textContent = "";
  }

  function step(key) {
    const { stops, at } = board;
    if (!stops.length) return;
    const next = {
      ArrowRight: () => (at === null ? stops[0] : stops.find((one) => one > at) ?? at),
      ArrowLeft: () => (at === null ? stops[stops.length - 1]
        : [...stops].reverse().find((one) => one < at) ?? at),
      Home: () => stops[0],
      End: () => stops[stops.length - 1],
    }[key];
    show(next(), true);
  }

  // The address holds what is shown, so that it can be kept and passed on.
  async function go(query, push) {
    try {
      const answer = await fetch(query || window.location.pathname, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-trends]");
      if (!fresh) throw new Error("no trends");
      const wasOpen = whole.querySelector(".trend-analytes")?.open;
      const inside = document.activeElement?.closest("[data-trend-stage]");
      const act = document.activeElement?.dataset.trendAct;
      whole.replaceChildren(...fresh.childNodes);
      if (wasOpen) whole.querySelector(".trend-analytes").open = true;
      if (push) window.history.pushState(null, "", query);
      begin();
      if (inside) whole.querySelector("[data-trend-stage]")?.focus({ preventScroll: true });
      if (act) whole.querySelector(`[data-trend-act="${act}"]`)?.focus({ preventScroll: true });
    } catch {
      window.location.assign(query);
    }
  }

  function period(first, last) {
    const query = new URLSearchParams(window.location.search);
    for (const name of ["days", "from", "until"]) query.delete(name);
    if (first !== null) {
      query.set("from", new Date(first).toISOString());
      query.set("until", new Date(last).toISOString());
    }
    go(`?${query}`, true);
  }

  // About the moment that is read, else about the middle.
  function zoom(by) {
    const middle = board.at ?? (board.first + board.last) / 2;
    const span = (board.last - board.first) * by;
    if (span < 3_600_000) return;
    const share = (middle - board.first) / (board.last - board.first);
    period(middle - span * share, middle + span * (1 - share));
  }

  const acts = {
    in: () => zoom(0.5), out: () => zoom(2), all: () => period(null, null), print: () => window.print(),
  };

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "+": "in", "=": "in", "-": "out", "0": "all" }[event.key];
    if (act) acts[act]();
    else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) step(event.key);
    else if (event.key === "Escape") end();
    else return;
    event.preventDefault();
  }

  function place(event, svg) {
    const box = svg.getBoundingClientRect();
    return within(((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width);
  }

  function follow(svg) {
    let from = null;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType !== "touch") {
        from = place(event, svg);
        svg.setPointerCapture(event.pointerId);
      }
    });
    svg.addEventListener("pointermove", (event) => {
      const x = place(event, svg);
      if (from === null) return show(timeOf(x), false);
      for (const one of board.drawings) {
        const height = one.viewBox.baseVal.height - 34;
        make("rect", "trend-selection", one, { x: Math.min(from, x), width: Math.abs(x - from), y: 0, height });
      }
      return undefined;
    });
    svg.addEventListener("pointerup", (event) => {
      const [one, other] = [from, place(event, svg)];
      from = null;
      if (one === null) return show(timeOf(other), true);
      clear("trend-selection");
      if (Math.abs(other - one) < 8) return show(timeOf(other), true);
      return period(timeOf(Math.min(one, other)), timeOf(Math.max(one, other)));
    });
    svg.addEventListener("pointercancel", () => { from = null; clear("trend-selection"); });
  }

  function begin() {
    const stage = whole.querySelector("[data-trend-stage]");
    const tools = whole.querySelector("[data-trend-tools]");
    if (!stage) return;
    board = read(stage);
    if (tools) tools.hidden = false;
    stage.addEventListener("keydown", pressed);
    stage.addEventListener("pointerleave", () => { if (document.activeElement !== stage) end(); });
    board.drawings.forEach(follow);
    whole.querySelectorAll("[data-trend-act]").forEach((button) => {
      button.addEventListener("click", acts[button.dataset.trendAct]);
    });
  }

  window.addEventListener("popstate", () => go(window.location.search, false));
  begin();
})();
