// Somebody who is away is warned after 25 minutes and signed out after 30; what they typed is kept for when they come back.

const KEY = "svit-used"; // one clock for all tabs
const TELL_EVERY = 60_000; // the server hears at most so often that somebody is there

const dialog = document.getElementById("svit-idle");
let told = Date.now();
let form = null;

function used() {
  localStorage.setItem(KEY, Date.now());
}

function post(url, data) {
  const headers = { "X-CSRFToken": dialog.querySelector("[name=csrfmiddlewaretoken]").value };
  return fetch(url, { method: "POST", headers, body: data, redirect: "manual" }).catch(() => {});
}

function stay() {
  used();
  told = Date.now();
  if (dialog.open) dialog.close();
  return post(dialog.dataset.stay);
}

// The form that somebody typed into last, without its files: those no browser gives back.
function keep() {
  if (!form?.isConnected || form.method !== "post") return Promise.resolve();
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.delete("csrfmiddlewaretoken");
  data.set("page", location.pathname);
  return post(dialog.dataset.keep, data);
}

async function look() {
  const idle = Date.now() - Number(localStorage.getItem(KEY));
  if (idle >= dialog.dataset.end * 1000) {
    clearInterval(timer);
    await keep();
    form = null; // nothing left that a question about leaving would save
    location.reload();
  } else if (idle >= dialog.dataset.warn * 1000) {
    const minutes = Math.ceil((dialog.dataset.end * 1000 - idle) / 60_000);
    const words = minutes === 1 ? "1 minute" : `${minutes} minutes`;
    const left = document.getElementById("svit-idle-left");
    if (left.textContent !== words) left.textContent = words;
    if (!dialog.open) {
      keep();
      dialog.showModal();
    }
  } else if (dialog.open) {
    dialog.close(); // somebody went on in another tab
  }
}

let timer = null;
if (dialog) {
  used();
  timer = setInterval(look, 1000);
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => {
      if (dialog.open) return;
      used();
      if (Date.now() - told > TELL_EVERY) stay();
    }, { passive: true });
  }
  document.addEventListener("input", (event) => { form = event.target.form; });
  document.addEventListener("submit", () => used());
  dialog.addEventListener("cancel", () => stay());
  dialog.querySelector("[data-svit-stay]").addEventListener("click", (event) => {
    event.preventDefault();
    stay();
  });
  for (const lock of document.querySelectorAll("[data-svit-lock]")) {
    lock.addEventListener("submit", async (event) => {
      if (!form || form === lock) return;
      event.preventDefault();
      await keep();
      lock.submit();
    });
  }
}

// A passkey that was cancelled or is not there is no failure of the page.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const failed = document.getElementById("passkey-failed");
  if (failed) failed.hidden = false;
});
