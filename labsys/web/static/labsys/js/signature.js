// Takes a signature drawn with a finger, a pen or a mouse; its strokes go into a hidden field.
"use strict";

for (const pad of document.querySelectorAll("[data-signature]")) {
  const field = document.getElementById(pad.dataset.signature);
  const paper = pad.querySelector("svg");
  const ink = paper.querySelector("path");
  const { width, height } = paper.viewBox.baseVal;
  const most = { strokes: Number(pad.dataset.strokes), points: Number(pad.dataset.points) };
  const APART = 2;
  let strokes = kept();
  let pointer = null;

  // What was drawn before the page was shown again for another reason.
  function kept() {
    try {
      const found = JSON.parse(field.value);
      return Array.isArray(found) && found.every(Array.isArray) ? found : [];
    } catch {
      return [];
    }
  }

  function show() {
    ink.setAttribute("d", strokes.map(([first, ...rest]) =>
      `M${first.join(" ")}${rest.map((one) => `L${one.join(" ")}`).join("") || "h0"}`).join(""));
    field.value = strokes.length ? JSON.stringify(strokes) : "";
  }

  function within(value, end) {
    return Math.round(Math.min(Math.max(value, 0), end));
  }

  function place(event) {
    const box = paper.getBoundingClientRect();
    const x = within((event.clientX - box.left) / box.width * width, width);
    const y = within((event.clientY - box.top) / box.height * height, height);
    return [x, y];
  }

  function draw(event) {
    const stroke = strokes.at(-1);
    for (const one of event.getCoalescedEvents?.() || [event]) {
      const point = place(one);
      const last = stroke.at(-1);
      const isApart = Math.hypot(point[0] - last[0], point[1] - last[1]) >= APART;
      if (isApart && strokes.flat().length < most.points) stroke.push(point);
    }
    show();
  }

  paper.addEventListener("pointerdown", (event) => {
    const isFull = strokes.length >= most.strokes || strokes.flat().length >= most.points;
    if (pointer !== null || event.button !== 0 || isFull) return;
    event.preventDefault();
    pointer = event.pointerId;
    paper.setPointerCapture(pointer);
    strokes.push([place(event)]);
    show();
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId === pointer) draw(event);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    paper.addEventListener(end, (event) => {
      if (event.pointerId === pointer) pointer = null;
    });
  }
  pad.querySelector("button").addEventListener("click", () => {
    strokes = [];
    show();
  });
  pad.hidden = false;
  show();
}
