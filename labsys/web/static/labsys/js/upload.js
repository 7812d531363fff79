// Files sent one after the other, each with how far it is and what came of it.
"use strict";

document.querySelectorAll("form[data-upload]").forEach((form) => {
  const chosen = form.querySelector("input[type=file]");
  const place = chosen.closest(".upload-place");
  const list = form.querySelector(".uploads");
  const button = form.querySelector("button[type=submit]");

  function shown(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const said = document.createElement("span");
    name.textContent = file.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    said.textContent = form.dataset.uploading;
    row.append(name, bar, said);
    list.append(row);
    return { bar, said };
  }

  function send(file) {
    const row = shown(file);
    const body = new FormData(form);
    body.delete("files");
    body.append("files", file, file.name);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", window.location.href);
      request.setRequestHeader("X-Labsys-Upload", "1");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) row.bar.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        let said = form.dataset.failed;
        try {
          said = JSON.parse(request.responseText).said ?? said;
        } catch {
          // No answer of the page: the words for what could not be sent stand.
        }
        const taken = request.status === 201;
        row.bar.value = taken ? 1 : 0;
        row.said.textContent = said;
        row.said.className = taken ? "text-good" : "text-warning";
        resolve(taken);
      });
      request.send(body);
    });
  }

  async function all(files) {
    button.disabled = true;
    list.replaceChildren();
    let refused = 0;
    for (const file of files) refused += (await send(file)) ? 0 : 1;
    button.disabled = false;
    chosen.value = "";
    // What was refused stays to be read.
    if (!refused) window.location.reload();
  }

  form.addEventListener("submit", (event) => {
    if (!chosen.files.length) return;
    event.preventDefault();
    all([...chosen.files]);
  });
  for (const name of ["dragenter", "dragover"]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    place.addEventListener(name, () => place.classList.remove("is-over"));
  }
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) all([...event.dataTransfer.files]);
  });
});
