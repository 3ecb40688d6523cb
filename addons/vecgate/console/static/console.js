// Nothing here is needed to read or to answer. g, and the key of a page in the list: to that page; a form is sent once.
"use strict";
const PAGES = new Map([...document.querySelectorAll("nav [data-key]")].map((link) => [link.dataset.key, link.href]));
let waiting = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (waiting && PAGES.has(event.key)) location.assign(PAGES.get(event.key));
  waiting = !waiting && event.key === "g";
});
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button")) button.disabled = false;
});
