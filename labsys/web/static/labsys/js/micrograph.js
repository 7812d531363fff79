// A field of a film: larger and smaller, and which kinds are drawn over it.
"use strict";

document.querySelectorAll(".micrograph-port").forEach((port) => {
  const field = port.querySelector(".micrograph-field");
  const tools = document.querySelector(".micrograph-zoom");
  const output = tools.querySelector("output");
  const steps = [1, 1.5, 2, 3, 4, 6, 8];
  let zoom = 1;

  // What is in the middle stays in the middle.
  function show(next) {
    const x = (port.scrollLeft + port.clientWidth / 2) / port.scrollWidth;
    const y = (port.scrollTop + port.clientHeight / 2) / port.scrollHeight;
    zoom = next;
    field.style.width = `${zoom * 100}%`;
    output.textContent = `${Math.round(zoom * 100)} %`;
    port.scrollLeft = x * port.scrollWidth - port.clientWidth / 2;
    port.scrollTop = y * port.scrollHeight - port.clientHeight / 2;
  }

  const acts = {
    in: () => show(steps.find((one) => one > zoom) ?? zoom),
    out: () => show([...steps].reverse().find((one) => one < zoom) ?? 1),
    fit: () => show(1),
  };
  tools.hidden = false;
  tools.querySelectorAll("[data-zoom]").forEach((button) => {
    button.addEventListener("click", () => acts[button.dataset.zoom]());
  });
  port.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    acts[event.deltaY < 0 ? "in" : "out"]();
  }, { passive: false });
  port.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "+": "in", "=": "in", "-": "out", "0": "fit" }[event.key];
    if (act) {
      event.preventDefault();
      acts[act]();
    }
  });
  document.querySelectorAll("[data-layer]").forEach((box) => {
    box.addEventListener("change", () => {
      const group = field.querySelector(`g[data-kind="${box.dataset.layer}"]`);
      if (group) group.toggleAttribute("hidden", !box.checked);
    });
  });
});
