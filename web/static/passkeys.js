// Passkeys: asks the browser for one and sends its answer along with the form.
//
// A form says with data-passkey whether one is made ("create") or shown ("get"),
// and where the question comes from: data-options has it, data-begin tells where
// to fetch it.

const able = "credentials" in navigator && typeof PublicKeyCredential === "function" && isSecureContext;

/** Bytes from base64url. */
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** Base64url from bytes. */
function text(buffer) {
  let signs = "";
  for (const byte of new Uint8Array(buffer)) signs += String.fromCharCode(byte);
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The question as the browser takes it: what is bytes there is text in JSON. */
function question({ publicKey }) {
  const listed = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const asked = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) asked.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  if (publicKey.excludeCredentials) asked.excludeCredentials = listed(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) asked.allowCredentials = listed(publicKey.allowCredentials);
  return asked;
}

/** The browser's answer as JSON. */
function answer(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = text(given.attestationObject);
    response.transports = given.getTransports?.() ?? [];
  } else {
    response.authenticatorData = text(given.authenticatorData);
    response.signature = text(given.signature);
    response.userHandle = given.userHandle ? text(given.userHandle) : null;
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() });
}

/** A refusal of the service, in its own words. */
class Refused extends Error {}

async function asked(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const response = await fetch(form.dataset.begin, { method: "POST", headers: { accept: "application/json" } });
  const body = await response.json();
  if (!response.ok) throw new Refused(body.detail);
  return body;
}

async function ceremony(form) {
  const publicKey = question(await asked(form));
  const make = form.dataset.passkey === "create";
  const credential = make ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
  form.querySelector("[data-passkey-answer]").value = answer(credential);
}

/** Why it did not work, in words for people. */
function words(error, place) {
  if (error instanceof Refused) return error.message;
  if (error.name === "SecurityError") return place.dataset.elsewhere;
  if (error.name === "InvalidStateError") return place.dataset.known;
  return place.dataset.refused;
}

function enliven(form) {
  const go = form.querySelector("[data-passkey-go]");
  const place = form.querySelector("[data-passkey-fault]");
  form.querySelector("[data-passkey-unable]")?.remove();
  form.hidden = false;
  go.hidden = false;
  go.addEventListener("click", async () => {
    place.hidden = true;
    // What else is to be typed has to be there first; the password has not.
    const others = [...form.elements].filter((field) => field.type !== "password");
    if (!others.every((field) => field.reportValidity())) return;
    go.disabled = true;
    try {
      await ceremony(form);
      form.submit();
    } catch (error) {
      place.textContent = words(error, place);
      place.hidden = false;
    } finally {
      go.disabled = false;
    }
  });
}

if (able) for (const form of document.querySelectorAll("form[data-passkey]")) enliven(form);
