/* Passkeys: our own page says what is to be signed, the browser has the device sign it, and the answer goes
   into the form that is sent as any other. Where the browser can't, the button stays hidden. */
(() => {
  const able = window.PublicKeyCredential
    && PublicKeyCredential.parseCreationOptionsFromJSON
    && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!able) return;

  const ask = async (button, form) => {
    const token = new FormData();
    token.set("csrf_token", form.elements.csrf_token.value);
    const answer = await fetch(button.dataset.ask, { method: "POST", body: token });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const sign = async (kind, options) => kind === "create"
    ? navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
      })
    : navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
      });

  for (const button of document.querySelectorAll("button[data-passkey]")) {
    const part = button.closest("[data-passkey-part]");
    const said = part.querySelector("[data-passkey-said]");
    part.hidden = false;
    button.addEventListener("click", async () => {
      const form = button.form;
      button.disabled = true;
      said.hidden = true;
      try {
        const credential = await sign(button.dataset.passkey, await ask(button, form));
        form.elements[button.dataset.field].value = JSON.stringify(credential);
        form.submit();
      } catch (refused) {
        said.textContent = refused.name === "InvalidStateError"
          ? said.dataset.known : said.dataset.failed;
        said.hidden = false;
        button.disabled = false;
        button.focus();
      }
    });
  }
})();
