// The keys of the reviewing page: j and k move between answers, what else a key presses is named by data-key.
"use strict";

const items = [...document.querySelectorAll("[data-item]")];
let at = -1;

function go(place) {
  at = Math.max(0, Math.min(items.length - 1, place));
  items[at].focus();
  items[at].scrollIntoView({ block: "nearest" });
}

function press(key) {
  const control = items[at]?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return false;
  control.closest("details")?.setAttribute("open", "");
  if (control.matches("textarea")) control.focus();
  else control.click();
  return true;
}

document.addEventListener("focusin", (event) => {
  const found = items.indexOf(event.target.closest("[data-item]"));
  if (found >= 0) at = found;
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  let used = true;
  if (event.key === "j") go(at + 1);
  else if (event.key === "k") go(at - 1);
  else if (event.key === "?") document.getElementById("keys")?.showModal();
  else used = press(event.key);
  if (used) event.preventDefault();
});
