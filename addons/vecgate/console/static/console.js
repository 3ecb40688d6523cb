// Nothing here is needed to read or to answer. g, and the key of a page in the list: to that page; j and k: to the next
// and the last thing on this one; a form is sent once; what has changed is shown.
const PAGES = new Map([...document.querySelectorAll("nav [data-key]")].map((link) => [link.dataset.key, link.href]));
let waiting = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (waiting && PAGES.has(event.key)) location.assign(PAGES.get(event.key));
  waiting = !waiting && event.key === "g";
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
});
function step(by) {
  const things = [...document.querySelectorAll("main a, main button, main summary, main input:not([type=hidden]), main select")].filter((one) => one.checkVisibility());
  const at = things.indexOf(document.activeElement);
  things[at < 0 ? (by > 0 ? 0 : things.length - 1) : (at + by + things.length) % things.length]?.focus();
}
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button")) button.disabled = false;
});

// what is new

const TITLE = document.title;
const news = document.getElementById("told-new");

function count(number) {
  document.title = number ? `(${number}) ${TITLE}` : TITLE;
  const shown = document.getElementById("waiting");
  if (shown) shown.textContent = number ? ` (${number})` : "";
}

// Whoever is typing, choosing or reading on is not interrupted.
function busy(main) {
  const typed = (one) => one.type === "checkbox" ? one.checked !== one.defaultChecked : "defaultValue" in one && one.value !== one.defaultValue;
  return main.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")
    || main.querySelector("details[open], button:disabled") !== null
    || [...main.querySelectorAll("input, textarea")].some(typed);
}

async function refresh() {
  const main = document.getElementById("main");
  const reply = await fetch(location.href);
  if (!reply.ok || reply.redirected) return location.reload();
  const found = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("main");
  if (!found || found.textContent === main.textContent) return;
  if (busy(main)) { news.textContent = "This page has changed. Reload it to see how."; return; }
  const focused = document.activeElement?.dataset?.act ?? document.activeElement?.getAttribute("href");
  main.replaceChildren(...document.adoptNode(found).childNodes);
  if (focused) main.querySelector(`[data-act="${CSS.escape(focused)}"], [href="${CSS.escape(focused)}"]`)?.focus();
  news.textContent = "What has changed is shown.";
}

if (news && "EventSource" in window) {
  const line = new EventSource("/live");
  line.addEventListener("news", (event) => {
    count(JSON.parse(event.data).waiting);
    if ("live" in document.getElementById("main").dataset) refresh().catch(() => {});
  });
  line.addEventListener("end", () => { line.close(); news.textContent = "You are not logged in any more."; });
  window.addEventListener("pagehide", () => line.close());
}
