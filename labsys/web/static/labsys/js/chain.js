// Chains of exposures: larger and smaller, dragged about, and gone through by the arrow keys.
"use strict";

document.querySelectorAll(".chain-port").forEach((port) => {
  const svg = port.querySelector("svg");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const figure = port.closest("figure");
  const nodes = [...svg.querySelectorAll(".chain-node")];
  const steps = [0.1, 0.15, 0.25, 0.4, 0.6, 0.8, 1, 1.3, 1.7, 2.2, 3];
  let zoom = 1;

  // What is in the middle stays in the middle.
  function show(next) {
    const x = (port.scrollLeft + port.clientWidth / 2) / port.scrollWidth;
    const y = (port.scrollTop + port.clientHeight / 2) / port.scrollHeight;
    zoom = next;
    svg.setAttribute("width", width * zoom);
    svg.setAttribute("height", height * zoom);
    port.scrollLeft = x * port.scrollWidth - port.clientWidth / 2;
    port.scrollTop = y * port.scrollHeight - port.clientHeight / 2;
  }

  const acts = {
    in: () => show(steps.find((one) => one > zoom + 0.001) ?? zoom),
    out: () => show([...steps].reverse().find((one) => one < zoom - 0.001) ?? zoom),
    fit: () => show(Math.min(1, port.clientWidth / width, (window.innerHeight * 0.75) / height)),
  };

  // One stop of the Tab key for the whole picture; the arrows go from there.
  let current = 0;
  function go(to) {
    if (!nodes[to]) return;
    nodes[current].setAttribute("tabindex", "-1");
    current = to;
    nodes[current].setAttribute("tabindex", "0");
    nodes[current].focus();
    nodes[current].scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  nodes.forEach((node, place) => {
    node.setAttribute("tabindex", place ? "-1" : "0");
    node.addEventListener("focus", () => {
      nodes[current].setAttribute("tabindex", "-1");
      current = place;
      node.setAttribute("tabindex", "0");
    });
  });
  const column = (place) => Number(nodes[place].dataset.column);

  // Those drawn after a person, one column further on, until that column or an earlier one comes again.
  function first(place) {
    return place + 1 < nodes.length && column(place + 1) === column(place) + 1 ? place + 1 : place;
  }
  function source(place) {
    for (let one = place - 1; one >= 0; one -= 1) if (column(one) === column(place) - 1) return one;
    return place;
  }
  function beside(place, by) {
    for (let one = place + by; nodes[one]; one += by) if (column(one) === column(place)) return one;
    return place;
  }

  const moves = {
    ArrowRight: () => go(first(current)),
    ArrowLeft: () => go(source(current)),
    ArrowDown: () => go(beside(current, 1)),
    ArrowUp: () => go(beside(current, -1)),
    Home: () => go(0),
    End: () => go(nodes.length - 1),
  };

  port.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "+": "in", "=": "in", "-": "out", "0": "fit" }[event.key];
    const move = event.target.closest(".chain-node") && moves[event.key];
    if (!act && !move) return;
    event.preventDefault();
    if (act) acts[act]();
    else move();
  });
  port.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    acts[event.deltaY < 0 ? "in" : "out"]();
  }, { passive: false });

  // Dragged like a map; a press that does not move is still a click.
  let held = null;
  port.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    held = { x: event.clientX + port.scrollLeft, y: event.clientY + port.scrollTop, moved: false };
  });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const left = held.x - event.clientX;
    const top = held.y - event.clientY;
    if (Math.abs(left - port.scrollLeft) + Math.abs(top - port.scrollTop) > 4) held.moved = true;
    if (held.moved) port.scrollTo(left, top);
  });
  window.addEventListener("pointerup", () => setTimeout(() => { held = null; }));
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => { if (held?.moved) event.preventDefault(); }, true);

  figure.querySelector(".chain-tools").hidden = false;
  figure.querySelector("#chain-keys").hidden = false;
  figure.querySelectorAll("[data-zoom]").forEach((button) => {
    button.addEventListener("click", () => acts[button.dataset.zoom]());
  });
  // A picture much wider than its place is first shown as wide as it.
  if (width > port.clientWidth) show(Math.max(0.6, port.clientWidth / width));
});
