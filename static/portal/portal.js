"use strict";
// Comfort only: every page works without this script. Inlined and allowed by its hash.

const WARN_SECONDS = 120;

// Two minutes before the visit ends, and when it has ended: say so. Staying longer, and whatever the
// answer is, leaves the page as it stands, with what is being typed.
const stay = document.getElementById("stay");
const soon = document.getElementById("soon");
let endsAt = 0;
let longer = true;
let timer = 0;

function tell(what) {
  soon.hidden = false;
  for (const said of soon.querySelectorAll("[data-when]")) said.hidden = said.dataset.when !== what;
  for (const button of document.querySelectorAll("[data-stay]"))
    button.hidden = what === "over" || !longer;
  if (what === "over") stay.hidden = true;
}

function look() {
  clearTimeout(timer);
  const left = endsAt - Date.now();
  soon.hidden = true;
  if (left <= 0) return tell("over");
  const warnIn = left - WARN_SECONDS * 1000;
  if (warnIn <= 0) tell("near");
  timer = setTimeout(look, warnIn > 0 ? warnIn : left);
}

function watch(secondsLeft) {
  endsAt = Date.now() + secondsLeft * 1000;
  look();
}

async function stayLonger(event) {
  event.preventDefault();
  const answer = await fetch(stay.action, {
    method: "POST",
    body: new FormData(stay),
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!answer || !answer.ok) {
    tell(answer && answer.status < 500 ? "over" : "failed");
    return;
  }
  const told = await answer.json();
  document.getElementById("ends").textContent = told.sentence;
  longer = told.more;
  for (const button of document.querySelectorAll("[data-stay]")) button.hidden = !longer;
  watch(told.seconds);
}

if (stay && soon) {
  longer = document.querySelector("[data-stay]") !== null;
  stay.addEventListener("submit", stayLonger);
  document.addEventListener("visibilitychange", look); // timers sleep with the device
  watch(Number(stay.dataset.seconds));
}

// A page that comes back out of the browser's memory may belong to a visit that is over.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Pressing twice sends once.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    else if (form !== stay) form.dataset.sent = "yes";
  });
}
window.addEventListener("pagehide", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Copying an account number or a reference.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

// A form whose answer may be looked at while it is being filled in.
for (const form of document.querySelectorAll("form[data-live]")) {
  let asked = 0;
  form.addEventListener("input", () => {
    const mine = ++asked;
    setTimeout(async () => {
      if (mine !== asked) return;
      const query = new URLSearchParams(new FormData(form));
      const answer = await fetch(`${form.action}?${query}`).catch(() => null);
      if (!answer || !answer.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(form.dataset.live);
      if (fresh) document.getElementById(form.dataset.live).replaceWith(fresh);
    }, 300);
  });
}
