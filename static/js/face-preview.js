/* Live preview of a card face. Inside [data-face-editor], inputs carry data-face-field="from|to|accent|ink|pattern|name";
   the SVG drawn by {% card_face %} carries data-face-part on what they change. */
(() => {
  "use strict";
  const HEX = /^#[0-9a-f]{6}$/i;
  const PAINT = { from: ["stop-color", "fill"], to: ["stop-color"], accent: ["fill", "stroke"], ink: ["fill", "color"] };

  function paint(face, field, value) {
    for (const part of face.querySelectorAll(`[data-face-part="${field}"]`)) {
      if (field === "name") part.textContent = value;
      else if (field === "pattern") part.setAttribute("href", `${part.closest("[data-face-patterns]").dataset.facePatterns}#${value}`);
      else if (HEX.test(value)) PAINT[field].filter((name) => part.hasAttribute(name)).forEach((name) => part.setAttribute(name, value));
    }
  }

  for (const editor of document.querySelectorAll("[data-face-editor]")) {
    const update = (input) => editor.querySelectorAll("[data-face]").forEach((face) => paint(face, input.dataset.faceField, input.value));
    editor.addEventListener("input", (event) => {
      const input = event.target.closest("[data-face-field]");
      if (input) update(input);
    });
  }
})();
