// Lets the browser make or use a passkey, then sends the form. Forms say what they want in data-passkey.
"use strict";
(() => {
  const asked = async (form) => {
    if (form.dataset.passkey !== "sign-in") {
      return JSON.parse(document.getElementById("passkey-options").textContent);
    }
    // Asked for when it is needed: a challenge belongs to one moment.
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`The server answered ${response.status}`);
    return response.json();
  };

  const made = (options) => {
    // A passkey that is found without an e-mail address, and that asks for a finger, a face or a PIN.
    Object.assign(options.publicKey.authenticatorSelection, {
      residentKey: "required", requireResidentKey: true, userVerification: "required",
    });
    return webauthnJSON.create(options);
  };

  const answer = async (form) => {
    const options = await asked(form);
    return form.dataset.passkey === "add" ? made(options.creation_options) : webauthnJSON.get(options.request_options);
  };

  const send = async (event) => {
    event.preventDefault();
    const form = event.target;
    const trouble = form.querySelector(".passkey-trouble");
    trouble.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await answer(form));
      form.submit();
    } catch (problem) {
      trouble.hidden = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (webauthnJSON.supported()) {
      form.hidden = false;
      form.addEventListener("submit", send);
    }
  }
})();
