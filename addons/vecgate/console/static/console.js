// Nothing here is needed to read or to answer. g i, g m, g a, g g, g h: to the pages; a form is sent once.
"use strict";
const PAGES = { i: "/", m: "/mine", a: "/access", g: "/grants", h: "/history" };
let waiting = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (waiting && Object.hasOwn(PAGES, event.key)) location.assign(PAGES[event.key]);
  waiting = !waiting && event.key === "g";
});
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button")) button.disabled = false;
});
