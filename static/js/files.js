/* input[data-files] in a form[data-files-form]: names the chosen files, and says before anything is sent that they are too
   many or too heavy. */
(() => {
  "use strict";
  const weight = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

  function name(field) {
    const list = field.closest(".files")?.querySelector("[data-files-list]");
    if (!list) return;
    const files = [...field.files];
    const heavy = files.reduce((sum, file) => sum + file.size, 0) > Number(field.dataset.heaviest);
    const many = files.length > Number(field.dataset.most);
    const wrong = many ? list.dataset.sayMany : heavy ? list.dataset.sayHeavy : "";
    field.setCustomValidity(wrong);
    list.replaceChildren(...files.map((file) => {
      const row = document.createElement("li");
      row.textContent = `${file.name} · ${weight(file.size)}`;
      return row;
    }));
    if (wrong) {
      const row = document.createElement("li");
      row.className = "invalid-feedback";
      row.textContent = wrong;
      list.append(row);
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file][data-files]")) name(event.target);
  });
  document.addEventListener("submit", (event) => {
    const wrong = event.target.querySelector?.("input[type=file][data-files]:invalid");
    if (!wrong || !wrong.validity.customError) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wrong.focus();
  }, true);
})();
