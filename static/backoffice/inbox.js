// Keys of the inbox, beside those of every desk: Ctrl+Enter sends, e ends, a takes. Each presses a button
// that is on the page anyway. And while something is typed, the page says so every twenty seconds.
(() => {
  "use strict";
  const AGAIN = 20000;
  const FIELDS = "input, textarea, select, [contenteditable]";
  let toldAt = -AGAIN;

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const send = target.matches("#body") ? document.querySelector("[data-send]") : null;
      if (send) {
        event.preventDefault();
        send.form.requestSubmit(send);
      }
      return;
    }
    const alone = !(event.ctrlKey || event.metaKey || event.altKey || event.repeat);
    if (!alone || target.matches(FIELDS) || (event.key !== "e" && event.key !== "a")) {
      return;
    }
    const button = document.querySelector(`[data-key="${event.key}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });

  document.addEventListener("input", (event) => {
    const form = document.getElementById(event.target.dataset.tell || "");
    if (form && event.target.value.trim() && event.timeStamp - toldAt >= AGAIN) {
      toldAt = event.timeStamp;
      form.dispatchEvent(new Event("writing"));
    }
  });
})();
