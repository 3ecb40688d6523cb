// A yes is signed here, with a passkey, over what the gateway says is asked; enrolments stay in this browser.
const KEPT = `vecgate-enrolment ${document.body.dataset.user}`;
const HERE = { name: "vecgate", id: location.hostname };

const base64 = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw)));
const websafe = (raw) => base64(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const digest = (raw) => crypto.subtle.digest("SHA-256", raw);
const mark = async (key) => "SHA256:" + base64(await digest(bytes(key.split(" ")[1]))).replaceAll("=", "");

function kept() {
  try { return read(localStorage.getItem(KEPT) ?? ""); } catch { return null; }
}

function read(text) {
  const found = JSON.parse(text);
  const facts = JSON.parse(found.statement);
  if (facts.vecgate !== "enrolment" || !Array.isArray(found.signatures)) throw new Error("That is no enrolment.");
  return { document: found, facts };
}

async function signed(text, key) {
  const allowed = [{ type: "public-key", id: bytes(key.split(" ")[2]) }];
  const asked = { challenge: await digest(new TextEncoder().encode(text)), rpId: HERE.id, allowCredentials: allowed, userVerification: "required" };
  const { response } = await navigator.credentials.get({ publicKey: asked });
  const made = {};
  for (const name of ["authenticatorData", "clientDataJSON", "signature"]) made[name] = websafe(response[name]);
  return JSON.stringify(made);
}

async function asked(where, words) {
  const reply = await fetch(where, { method: "POST", body: new URLSearchParams(words) });
  const told = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Error(told.message ?? "The gateway does not say what is to be signed; open the page anew.");
  return told;
}

function say(place, words) {
  place.querySelector("[role=alert]")?.remove();
  const told = document.createElement("p");
  told.setAttribute("role", "alert");
  told.textContent = words;
  place.append(told);
}

// a yes

async function sign(form) {
  const { to_sign: text } = await asked(form.dataset.sign, new FormData(form));
  if (text) {
    const mine = kept();
    const proof = { statement: text, signature: await signed(text, mine.facts.key), enrolment: JSON.stringify(mine.document) };
    for (const [name, value] of Object.entries(proof)) {
      const field = form.querySelector(`input[name=${name}]`) ?? form.appendChild(document.createElement("input"));
      Object.assign(field, { type: "hidden", name, value });
    }
  }
  form.submit();
}

async function enroll(form) {
  const user = { id: crypto.getRandomValues(new Uint8Array(16)), name: document.body.dataset.user, displayName: document.body.dataset.user };
  const kinds = [-7, -8, -257].map((alg) => ({ type: "public-key", alg }));
  const chosen = { residentKey: "preferred", userVerification: "required" };
  // The challenge is for an attestation, and none is asked for: whose passkey it is, people say who sign its enrolment.
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const made = await navigator.credentials.create({ publicKey: { rp: HERE, user, challenge, pubKeyCredParams: kinds, authenticatorSelection: chosen, attestation: "none" } });
  const key = `webauthn ${base64(made.response.getPublicKey())} ${websafe(made.rawId)}`;
  const found = await asked("/passkeys", { form: form.elements.form.value, days: form.elements.days.value, key });
  localStorage.setItem(KEPT, JSON.stringify(found));
  await show();
}

// the page of passkeys

const place = (id) => document.getElementById(id);
const given = () => read(place("document").value);

async function told(list, { document: found, facts }) {
  const rows = {
    Who: `${facts.user} (${facts.person})`, Groups: facts.groups.join(", ") || "none", Key: await mark(facts.key).catch(() => facts.key),
    Until: new Date(facts.until * 1000).toISOString().slice(0, 16).replace("T", " ") + " UTC",
    "Signed by": (await Promise.all(found.signatures.map((one) => mark(one.key).catch(() => one.key)))).join(", ") || "nobody yet",
  };
  list.replaceChildren(...Object.entries(rows).flatMap(([name, value]) => [["dt", name], ["dd", value]]).map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
}

async function show() {
  const mine = kept();
  place("mine").hidden = !mine;
  place("none").hidden = Boolean(mine);
  if (!mine) return;
  await told(place("mine-told"), mine);
  place("mine-text").value = JSON.stringify(mine.document, null, 2);
}

const ACTS = {
  forget: async () => { localStorage.removeItem(KEPT); await show(); },
  look: async () => told(place("told"), given()),
  keep: async () => {
    const { document: found, facts } = given();
    if (facts.person !== place("mine").dataset.person) throw new Error(`That enrolment is ${facts.user}'s (${facts.person}), not yours.`);
    localStorage.setItem(KEPT, JSON.stringify(found));
    await show();
  },
  sign: async () => {
    const { document: found, facts } = given(), mine = kept();
    if (!mine) throw new Error("There is no passkey of yours in this browser.");
    await told(place("told"), { document: found, facts });
    if (!confirm(`Let this key say yes for ${facts.user}, in ${facts.groups.join(", ") || "no group"}?`)) return;
    const one = { key: mine.facts.key, signature: await signed(found.statement, mine.facts.key) };
    if (mine.document.signatures.length) one.enrolment = mine.document;
    found.signatures.push(one);
    place("document").value = JSON.stringify(found, null, 2);
    await told(place("told"), { document: found, facts });
  },
};

async function tried(place, act) {
  place.querySelector("[role=alert]")?.remove();
  try { await act(place); } catch (error) { say(place, error.name === "NotAllowedError" ? "The passkey was not used." : error.message); }
  for (const button of place.querySelectorAll("button")) button.disabled = false;
}

document.addEventListener("submit", (event) => {
  const act = event.target.id === "enroll" ? enroll : event.target.dataset.sign && kept() ? sign : null;
  if (!act) return;
  event.preventDefault();
  tried(event.target, act);
});
for (const button of document.querySelectorAll("[data-passkey]")) {
  button.addEventListener("click", () => tried(button.parentElement, ACTS[button.dataset.passkey]));
}
if (place("mine")) show();
