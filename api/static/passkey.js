// Passkeys: asks the browser for one and sends what it says as an ordinary form.
"use strict";

const bytes = (words) => Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

// Browsers learned to read and write this JSON by themselves only lately.
function read(options) {
  const user = options.user && { ...options.user, id: bytes(options.user.id) };
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(user && { user }),
    ...(options.allowCredentials && { allowCredentials: named(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: named(options.excludeCredentials) }),
  };
}

function written({ id, rawId, type, response, authenticatorAttachment }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = parts.filter((part) => response[part]).map((part) => [part, letters(response[part])]);
  return JSON.stringify({ id, rawId: letters(rawId), type, authenticatorAttachment, response: Object.fromEntries(said) });
}

async function ask(form) {
  const answer = await fetch(form.dataset.ask);
  if (!answer.ok || answer.redirected) throw new Error("not asked");
  const { options, note } = await answer.json();
  const publicKey = read(JSON.parse(options));
  const found = await navigator.credentials[form.dataset.passkey]({ publicKey });
  form.elements.note.value = note;
  form.elements.credential.value = written(found);
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const state = form.querySelector(".state");
      const button = form.querySelector("button");
      state.textContent = "";
      button.disabled = true;
      try {
        await ask(form);
      } catch { // refused, taken too long, or no such passkey: which of them, a browser does not tell
        state.textContent = form.dataset.failed;
      }
      button.disabled = false;
    });
  }
}
