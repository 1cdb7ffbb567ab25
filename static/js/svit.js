// Starts the design systems' components and adds what a page can do without. Everything works with this switched off.

import { createAll, initAll } from "./govuk-frontend.min.js";
import { ButtonMenu, MultiSelect } from "./moj-frontend.min.js";
import "./session.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");

function start(scope) {
  initAll({ scope });
  createAll(ButtonMenu, undefined, { scope });
  createAll(MultiSelect, undefined, { scope });
  showRevealed(document);
  for (const part of scope.querySelectorAll("[data-svit-copy], [data-svit-pause], [data-svit-needs-js]")) part.hidden = false;
}

// A choice shows its further questions. Not GOV.UK's own way, which puts aria-expanded on a radio, where it is not allowed.
function showRevealed(scope) {
  for (const input of scope.querySelectorAll("[data-svit-reveals]")) {
    const part = document.getElementById(input.dataset.svitReveals);
    part?.classList.toggle(`govuk-${input.type === "radio" ? "radios" : "checkboxes"}__conditional--hidden`, !input.checked);
  }
}
document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=radio], input[type=checkbox]")) showRevealed(document);
});
window.addEventListener("pageshow", () => showRevealed(document));

// Live pages: an element with hx-trigger="svit-poll from:body" is asked again every 5 seconds while the page is used,
// every 60 when nobody touches it, and not at all when it is hidden or paused. A fifth of chance on each wait keeps
// pages that were opened together from asking together.
const ACTIVE = 5_000;
const IDLE = 60_000;
let touched = Date.now();
let asked = Date.now();
let chance = Math.random();
let paused = false;

for (const kind of ["pointerdown", "keydown", "scroll"]) {
  document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
}

setInterval(() => {
  if (paused || document.hidden) return;
  const pace = Date.now() - touched < IDLE ? ACTIVE : IDLE;
  if (Date.now() - asked < pace * (0.9 + chance / 5)) return;
  asked = Date.now();
  chance = Math.random();
  document.body.dispatchEvent(new CustomEvent("svit-poll"));
}, 500);

// What the keyboard or a selection is in stays as it is until it is left: nobody loses their place.
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const part = event.detail.target;
  const selection = getSelection();
  const selected = selection && !selection.isCollapsed && selection.containsNode(part, true);
  if (part.contains(document.activeElement) || selected) event.detail.shouldSwap = false;
});

// Signed out meanwhile, or the access has ended: what stands here is no longer this reader's to see.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.elt.id !== "live") return;
  const { status, responseURL } = event.detail.xhr;
  if ([401, 403, 404].includes(status) || (status === 200 && new URL(responseURL).pathname !== location.pathname)) {
    event.detail.shouldSwap = false;
    paused = true;
    location.reload();
  }
});

document.addEventListener("click", async (event) => {
  const pause = event.target.closest("[data-svit-pause]");
  if (pause) {
    event.preventDefault();
    paused = !paused;
    pause.textContent = paused ? pause.dataset.svitResume || "Resume updates" : pause.dataset.svitPause || "Pause updates";
  }
  const copy = event.target.closest("[data-svit-copy]");
  if (copy) {
    await navigator.clipboard.writeText(document.getElementById(copy.dataset.svitCopy).innerText.trim());
    copy.textContent = "Copied";
  }
  if (event.target.closest("[data-svit-print]")) window.print();
});

// Rarely pressed twice on purpose: a second press within a second of the first is dropped.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const now = Date.now();
  if (now - Number(form.dataset.svitSent || 0) < 1_000) event.preventDefault();
  else form.dataset.svitSent = now;
}, true);

document.body.addEventListener("htmx:afterSwap", (event) => {
  start(event.detail.elt);
  const target = event.detail.elt.querySelector("[data-svit-focus]");
  if (target) {
    if (!target.hasAttribute("tabindex") && !target.matches("a, button, input, select, textarea")) target.tabIndex = -1;
    target.focus();
  }
});

// Nothing that was typed is lost when the line is down: the form stays, and the page says so.
const offline = document.getElementById("svit-offline");
if (offline) {
  document.body.addEventListener("htmx:sendError", () => { offline.hidden = false; });
  document.body.addEventListener("htmx:afterOnLoad", () => { offline.hidden = true; });
  window.addEventListener("online", () => { offline.hidden = true; });
}

// A folded part that the address points at opens, and all open for paper.
function reveal() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) target.closest("details")?.setAttribute("open", "");
}
window.addEventListener("hashchange", reveal);
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("main details:not([open])")) {
    part.open = true;
    part.dataset.svitFolded = "";
  }
});
window.addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("details[data-svit-folded]")) {
    part.open = false;
    delete part.dataset.svitFolded;
  }
});

// A result that is there from the start is not read out; one that comes a moment later is.
for (const words of document.querySelectorAll(".svit-messages [role=status] .moj-alert__content > div")) {
  const nodes = [...words.childNodes];
  words.replaceChildren();
  setTimeout(() => words.append(...nodes), 200);
}

start(document.body);
reveal();
