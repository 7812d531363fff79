// What a reader corrects of a field: by click, or by keys while the picture has the focus.
"use strict";

document.querySelectorAll("form[data-reading]").forEach((form) => {
  const port = document.querySelector(".micrograph-port");
  if (!port) return;
  const field = port.querySelector(".micrograph-field");
  const svg = field.querySelector("svg");
  const output = form.querySelector("output");
  const kinds = [...form.querySelectorAll("input[name=kind]")];
  const words = Object.fromEntries(kinds.map((one) => [one.value, one.dataset.word]));
  const letters = { white_cells: "W", foreign_bodies: "F" };
  const box = svg.viewBox.baseVal;
  const objects = [...svg.querySelectorAll("circle")].map((circle) => ({
    kind: circle.closest("g").dataset.kind,
    x: Number(circle.getAttribute("cx")),
    y: Number(circle.getAttribute("cy")),
    radius: Number(circle.getAttribute("r")),
    isCut: circle.classList.contains("body-cut"),
  }));
  const undone = [];
  let chosen = null;
  let isAdding = false;
  let cross = { x: box.x + box.width / 2, y: box.y + box.height / 2, isShown: false };

  function made(name, attributes, text = "") {
    const one = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.textContent = text;
    return one;
  }

  function draw() {
    svg.querySelectorAll("g").forEach((group) => group.replaceChildren());
    svg.querySelectorAll(".cross").forEach((one) => one.remove());
    for (const one of objects) {
      const group = svg.querySelector(`g[data-kind="${one.kind}"]`);
      const look = `body-${one.kind}${one.isCut ? " body-cut" : ""}${one === chosen ? " is-chosen" : ""}`;
      const circle = made("circle", { class: look, cx: one.x, cy: one.y, r: one.radius });
      circle.append(made("title", {}, words[one.kind]));
      circle.addEventListener("click", (event) => {
        event.stopPropagation();
        choose(one);
      });
      group.append(circle);
      if (letters[one.kind]) {
        group.append(made("text", { class: `body-${one.kind}`, x: one.x, y: one.y, "font-size": one.radius }, letters[one.kind]));
      }
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      count.textContent = objects.filter((one) => one.kind === count.dataset.count).length;
    }
    if (cross.isShown) {
      const arm = box.width / 40;
      svg.append(made("line", { class: "cross", x1: cross.x - arm, x2: cross.x + arm, y1: cross.y, y2: cross.y }));
      svg.append(made("line", { class: "cross", x1: cross.x, x2: cross.x, y1: cross.y - arm, y2: cross.y + arm }));
    }
  }

  function say(what = "") {
    const place = chosen ? `${words[chosen.kind]} ${Math.round(chosen.x)}, ${Math.round(chosen.y)}` : form.dataset.nothing;
    const changed = undone.length ? `; ${undone.length} ${form.dataset.changed}` : "";
    output.textContent = `${what ? `${what}: ` : ""}${place}${changed}`;
  }

  function choose(one) {
    chosen = one;
    if (one) {
      kinds.find((kind) => kind.value === one.kind).checked = true;
      cross = { ...cross, x: one.x, y: one.y };
    }
    draw();
    say();
  }

  function keep(back) {
    undone.push(back);
    form.querySelector("input[name=findings]").value = JSON.stringify(
      objects.map((one) => [one.kind, one.x, one.y, one.radius]),
    );
  }

  // A new object is as large as those of its kind are; without any, as red cells are.
  function usual(kind) {
    const alike = (name) => objects.filter((one) => one.kind === name).map((one) => one.radius).sort((a, b) => a - b);
    const sizes = alike(kind).length ? alike(kind) : alike("red_cells");
    return sizes.length ? sizes[Math.floor(sizes.length / 2)] : box.width / 50;
  }

  function add(x, y) {
    const kind = kinds.find((one) => one.checked).value;
    const one = { kind, x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100, radius: usual(kind), isCut: false };
    objects.push(one);
    keep(() => objects.splice(objects.indexOf(one), 1));
    choose(one);
    say(form.dataset.added);
  }

  function remove() {
    if (!chosen) return say();
    const place = objects.indexOf(chosen);
    const [gone] = objects.splice(place, 1);
    keep(() => objects.splice(place, 0, gone));
    choose(objects[Math.min(place, objects.length - 1)] ?? null);
    say(form.dataset.removed);
  }

  function turn(kind) {
    if (!chosen || chosen.kind === kind) return;
    const one = chosen;
    const was = one.kind;
    one.kind = kind;
    keep(() => { one.kind = was; });
    choose(one);
  }

  function undo() {
    const back = undone.pop();
    if (!back) return;
    back();
    if (!objects.includes(chosen)) chosen = null;
    form.querySelector("input[name=findings]").value = undone.length
      ? JSON.stringify(objects.map((one) => [one.kind, one.x, one.y, one.radius]))
      : "";
    draw();
    say();
  }

  function step(by) {
    if (!objects.length) return;
    const place = objects.indexOf(chosen);
    choose(objects[(place + by + objects.length) % objects.length]);
  }

  function adding(on) {
    isAdding = on;
    field.classList.toggle("is-adding", on);
    form.querySelector("[data-act=add]").setAttribute("aria-pressed", String(on));
  }

  function move(across, down) {
    const far = box.width / 100;
    cross = {
      x: Math.min(Math.max(cross.x + across * far, box.x), box.x + box.width),
      y: Math.min(Math.max(cross.y + down * far, box.y), box.y + box.height),
      isShown: true,
    };
    draw();
  }

  const acts = { add: () => adding(!isAdding), remove, undo };
  form.querySelectorAll("[data-act]").forEach((button) => {
    button.addEventListener("click", () => acts[button.dataset.act]());
  });
  kinds.forEach((one) => one.addEventListener("change", () => turn(one.value)));
  svg.addEventListener("click", (event) => {
    const frame = svg.getBoundingClientRect();
    const x = box.x + ((event.clientX - frame.left) / frame.width) * box.width;
    const y = box.y + ((event.clientY - frame.top) / frame.height) * box.height;
    port.focus({ preventScroll: true });
    if (isAdding) add(x, y);
    else choose(null);
  });
  const keys = {
    n: () => step(1),
    p: () => step(-1),
    x: remove,
    Delete: remove,
    Backspace: remove,
    u: undo,
    a: () => {
      cross.isShown = true;
      add(cross.x, cross.y);
    },
    ArrowLeft: () => move(-1, 0),
    ArrowRight: () => move(1, 0),
    ArrowUp: () => move(0, -1),
    ArrowDown: () => move(0, 1),
  };
  port.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const kind = kinds.find((one) => one.dataset.key === event.key);
    const act = kind ? () => (kind.checked = true) && turn(kind.value) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  field.classList.add("is-read");
  form.querySelectorAll("[hidden]").forEach((one) => { if (one.type !== "hidden") one.hidden = false; });
  draw();
  say();
});
