/* What a page does beyond its HTML; everything works without it. */
"use strict";

/* One box chooses all rows of its table. */
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-chooses]");
  if (!all) return;
  for (const box of document.querySelectorAll(all.dataset.chooses)) box.checked = all.checked;
});

/* Keys: only when the person has switched them on, never while something is written or composed. */
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => rows().findIndex((row) => row.contains(document.activeElement));
const step = (by) => {
  const all = rows();
  const next = all[Math.min(Math.max(current() + by, 0), all.length - 1)];
  next?.querySelector("a")?.focus();
};
const press = (selector, place) => (place || document).querySelector(selector)?.click();
let after = "";
document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset)) return;
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  const before = after;
  after = key === "g" ? "g" : "";
  const row = rows()[current()];
  if (before === "g") return press(`.hd-nav [data-key="${CSS.escape(key)}"]`);
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "o") return row && press("a", row);
  if (key === "x") return row && press("input[type=checkbox]", row);
  if (key === "?") return press("[data-help]");
  if (key === "/") {
    event.preventDefault();
    return document.querySelector("[data-search]")?.focus();
  }
  if ("cus".includes(key)) press(`[data-act="${key}"]`);
});

/* A refused form: the summary of what is wrong is read first. */
document.querySelector(".hd-summary")?.focus();
