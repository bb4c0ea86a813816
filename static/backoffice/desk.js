/* The keys of the desks, and where the focus goes when a part of a page was replaced. Pages work without. */
"use strict";

const typing = (element) =>
  element.closest("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");

const items = () => [...document.querySelectorAll("[data-list] [data-item]")];

const doorOf = (item) => item.querySelector("[data-open]") || item.querySelector("a, button") || item;

const current = () => {
  const part = document.activeElement.closest("[data-item], tbody.task");
  return part && (part.matches("[data-item]") ? part : part.querySelector("[data-item]"));
};

const move = (step) => {
  const all = items();
  const here = all.indexOf(current());
  const next = all[here === -1 ? (step > 0 ? 0 : all.length - 1) : here + step];
  if (next) {
    const door = doorOf(next);
    door.focus();
    door.scrollIntoView({ block: "nearest" });
  }
};

const reply = () => {
  const item = current();
  if (!item) return;
  const field = item.parentElement.querySelector("textarea");
  if (field) field.focus();
  else doorOf(item).click();
};

const showKeys = () => {
  const keys = document.getElementById("keys");
  if (keys && !keys.open) keys.showModal();
};

const search = () => {
  const field = document.getElementById("q");
  if (field) field.focus();
};

const deeds = {
  j: () => move(1),
  k: () => move(-1),
  r: reply,
  "/": search,
  "?": showKeys,
};

document.addEventListener("keydown", (event) => {
  const deed = deeds[event.key];
  if (!deed || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  deed();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-help]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  showKeys();
});

/* Whatever was put in place says by itself what takes the focus: a sentence, a field, or the line. */
document.addEventListener("htmx:after:swap", () => {
  const wanted = document.querySelector("[data-focus]");
  if (!wanted) return;
  wanted.removeAttribute("data-focus");
  wanted.focus();
});

/* A whole page in the place of a part, or no answer at all: it is said, and nothing that was typed goes. */
const fail = (why = "failed") => {
  const told = document.getElementById("told");
  const main = document.getElementById("main");
  const note = document.createElement("p");
  note.className = "note err";
  note.setAttribute("role", "alert");
  note.tabIndex = -1;
  note.textContent = told.dataset[why];
  main.querySelector(":scope > .note.err")?.remove();
  main.prepend(note);
  if (!document.activeElement.matches("textarea")) note.focus(); /* nobody is torn away from a text */
};

document.addEventListener("htmx:before:swap", (event) => {
  const { response, sourceElement, text } = event.detail.ctx;
  if (!/^\s*<!doctype/i.test(text || "")) return;
  const part = sourceElement?.getAttribute("hx-select"); /* what it takes of the page, if it is there */
  if (part && new DOMParser().parseFromString(text, "text/html").querySelector(part)) return;
  event.preventDefault();
  fail(response.status === 401 ? "ended" : "failed");
});
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status >= 500) fail();
});
document.addEventListener("htmx:error", () => fail());
