/* A form that somebody fills in: kept by itself as a draft, redrawn without losing what is being typed.
   Everything works without it. */
"use strict";

document.documentElement.classList.add("hd-js");

const PAUSE = 5000; /* after the last change */
const drafts = new WeakMap(); /* form -> how it stands */
const draftOf = (form) => {
  if (!drafts.has(form)) drafts.set(form, { timer: 0, composing: false, edits: 0, asked: 0, call: null });
  return drafts.get(form);
};
const formOf = (target) => target.closest?.("form[data-draft]");

const keep = async (form) => {
  const draft = draftOf(form);
  if (draft.composing || form.querySelector("#form-parts.htmx-request")) return plan(form);
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  fields.append("_autosave", "1");
  draft.call = new AbortController();
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: fields, signal: draft.call.signal });
    const text = await answer.text();
    const said = document.getElementById("draft-status");
    if (said) said.textContent = answer.ok ? text : form.dataset.unkept;
  } catch (error) {
    if (error.name !== "AbortError") document.getElementById("draft-status").textContent = form.dataset.unkept;
  }
};
const plan = (form) => {
  const draft = draftOf(form);
  clearTimeout(draft.timer);
  draft.timer = setTimeout(() => keep(form), PAUSE);
};
const changed = (event) => {
  const form = formOf(event.target);
  if (!form || event.target.type === "file") return;
  draftOf(form).edits += 1;
  if (!event.isComposing) plan(form);
};
/* Before anybody at the field itself hears of it. */
document.addEventListener("input", changed, true);
document.addEventListener("change", changed, true);
document.addEventListener("compositionstart", (event) => {
  const form = formOf(event.target);
  if (form) draftOf(form).composing = true;
});
document.addEventListener("compositionend", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  draftOf(form).composing = false;
  plan(form);
});
document.addEventListener("submit", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  clearTimeout(draftOf(form).timer);
  draftOf(form).call?.abort();
});

/* What was typed while the parts were being fetched is not in them: they are fetched once more. */
document.addEventListener("htmx:configRequest", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  draftOf(form).asked = draftOf(form).edits;
  clearTimeout(draftOf(form).timer);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = formOf(event.target);
  if (!form || draftOf(form).asked === draftOf(form).edits) return;
  event.detail.shouldSwap = false;
  setTimeout(() => document.getElementById("form-parts")?.dispatchEvent(new Event("redraw")), 0);
});
