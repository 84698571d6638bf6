/* [data-dialog-open="id"] opens a <dialog>, [data-dialog-close] closes the one it stands in.
   <form data-confirm="question" data-confirm-note="…" data-confirm-action="Verb"> asks before it is sent. */
(() => {
  "use strict";
  const confirmed = new WeakSet();
  let asking = null;

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      document.getElementById(opener.dataset.dialogOpen)?.showModal();
      return;
    }
    if (event.target.closest("[data-dialog-close]") || event.target.matches("dialog.dialog[open]")) {
      event.target.closest("dialog")?.close();
    }
  });

  const dialog = document.getElementById("confirm-dialog");
  if (!dialog) return;
  const question = dialog.querySelector("[data-confirm-question]");
  const note = dialog.querySelector("[data-confirm-note]");
  const yes = dialog.querySelector("[data-confirm-yes]");
  const usual = yes.textContent;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.confirm || confirmed.has(form)) {
      confirmed.delete(form);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    asking = { form, submitter: event.submitter };
    question.textContent = form.dataset.confirm;
    note.textContent = form.dataset.confirmNote || "";
    note.hidden = !form.dataset.confirmNote;
    yes.textContent = form.dataset.confirmAction || usual;
    yes.classList.toggle("btn-danger", "danger" in form.dataset);
    yes.classList.toggle("btn-primary", !("danger" in form.dataset));
    dialog.showModal();
  }, true);

  yes.addEventListener("click", () => {
    const { form, submitter } = asking;
    dialog.close();
    confirmed.add(form);
    form.requestSubmit(submitter);
  });
})();
