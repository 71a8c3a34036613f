// Makes pages that already work more comfortable. Nothing here is needed to get a task done.
"use strict";

// Saving each answer as it is given. What could not be sent waits on the device, under the id of the person who
// gave it and with the revision they saw. Protected answers wait in this page alone: the next user of the device
// may be somebody else.
const form = document.querySelector("form[data-autosave]");
const waiting = new Map(); // question -> its fields, as pairs of name and value
const shelf = form && `unsaved ${form.dataset.autosave} ${location.pathname}`;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60000;
let pause = FIRST_PAUSE;
let timer = 0;
let run = null; // the promise of the saving under way

const block = (question) => form.querySelector(`[data-question="${CSS.escape(question)}"]`);
const isProtected = (question) => block(question)?.hasAttribute("data-protected");
const isFile = ([, value]) => typeof value !== "string";

function say(question, bad, words, markup) {
  const state = document.getElementById(`state-${question}`);
  if (!state) return;
  state.toggleAttribute("data-bad", bad);
  if (markup) state.innerHTML = markup; // from our own server, which escapes every fact
  else if (state.textContent !== words) state.textContent = words;
}

function shelve() {
  const revision = ["revision", form.elements.revision.value];
  const kept = [...waiting]
    .filter(([question]) => !isProtected(question))
    .map(([question, fields]) => [question, [revision, ...fields.filter((field) => !isFile(field))]]);
  try {
    if (kept.length) localStorage.setItem(shelf, JSON.stringify(kept));
    else localStorage.removeItem(shelf);
  } catch { /* the store is full or forbidden: the answers still wait in this page */ }
}

function fieldsOf(question) {
  const names = new Set([...block(question).querySelectorAll("[name]")].map((one) => one.name));
  return [...new FormData(form)].filter(([name, value]) => names.has(name) && (typeof value === "string" || value.size));
}

// Returns whether the server has taken or refused the answer; otherwise it waits.
async function send(question, fields) {
  const { saving, offline, offlineProtected, signedOut, failed } = form.dataset;
  const body = new FormData();
  body.set("question", question);
  body.set("revision", form.elements.revision.value);
  for (const [name, value] of fields) name === "revision" ? body.set(name, value) : body.append(name, value);
  say(question, false, saving);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Part": "saved" },
      signal: fields.some(isFile) ? undefined : AbortSignal.timeout?.(30000),
    });
    const words = await answer.text();
    if (![200, 409, 422].includes(answer.status) || answer.redirected) {
      say(question, true, answer.redirected || [401, 403].includes(answer.status) ? signedOut : failed);
      return false;
    }
    if (waiting.get(question) === fields) waiting.delete(question);
    form.elements.revision.value = answer.headers.get("X-Revision") ?? form.elements.revision.value;
    say(question, !answer.ok, "", words);
    if (answer.ok) block(question)?.querySelectorAll("[type=file]").forEach((one) => { one.value = ""; });
    if (answer.headers.get("X-Changed") === "questions") await renew();
    return true;
  } catch {
    say(question, true, isProtected(question) ? offlineProtected : offline);
    return false;
  }
}

// One answer at a time, so that each meets the revision that the one before has made.
const flush = () => (run ??= saveAll().finally(() => { run = null; }));

async function saveAll() {
  clearTimeout(timer);
  let held;
  do {
    held = false;
    for (const [question, fields] of [...waiting]) held = !(await send(question, fields)) || held;
  } while (waiting.size && !held);
  shelve();
  pause = held ? Math.min(pause * 2, LONGEST_PAUSE) : FIRST_PAUSE;
  if (held) timer = setTimeout(flush, pause);
}

function keep(question, fields) {
  waiting.set(question, fields);
  shelve();
  flush();
}

// Which questions are asked is decided by the server. Questions already on the page stay as they are.
async function renew() {
  const answer = await fetch(location.href, { headers: { "X-Part": "questions" } });
  if (!answer.ok) return;
  const fresh = document.createElement("div");
  fresh.innerHTML = await answer.text();
  const list = document.getElementById("questions");
  const present = new Map([...list.children].map((one) => [one.dataset.question, one]));
  const wanted = [...fresh.children].map((one) => present.get(one.dataset.question) ?? one);
  [...list.children].filter((one) => !wanted.includes(one)).forEach((one) => one.remove());
  wanted.forEach((one, place) => { if (list.children[place] !== one) list.insertBefore(one, list.children[place] ?? null); });
}

// A reason for no answer and an answer exclude each other; radio buttons know that by themselves.
function exclude(own, input) {
  const apart = (one) => one.value.startsWith("missing:");
  for (const one of own.querySelectorAll(`[name="${CSS.escape(input.name)}"]`)) {
    if (one === input || one.type === "radio" || (!apart(one) && !apart(input))) continue;
    if (one.type === "checkbox") one.checked = false;
    else one.value = "";
  }
}

function fill(own, fields) {
  for (const one of own.querySelectorAll("[name]:not([type=file])")) {
    const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
    if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
    else if (values.length) one.value = values[0];
  }
}

if (form) {
  // A long text is saved while it is typed, and when a phone turns to something else.
  let typing = 0;
  const typed = (one) => one.matches("textarea, .input") && one.value !== one.defaultValue;
  const settle = (one) => { if (form.contains(one) && typed(one)) one.dispatchEvent(new Event("change", { bubbles: true })); };
  form.addEventListener("input", ({ target }) => {
    clearTimeout(typing);
    if (target.matches("textarea")) typing = setTimeout(settle, 3000, target);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) settle(document.activeElement); });
  form.addEventListener("change", (event) => {
    const own = event.target.closest("[data-question]");
    if (!own) return;
    clearTimeout(typing);
    if (event.target.name === own.dataset.question) exclude(own, event.target);
    keep(own.dataset.question, fieldsOf(own.dataset.question));
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keep]");
    if (!button) return;
    event.preventDefault();
    const { question } = button.closest("[data-question]").dataset;
    keep(question, [...fieldsOf(question), [button.name, button.value]]);
  });
  form.addEventListener("submit", async (event) => {
    if (!waiting.size) return;
    event.preventDefault(); // first what waits; on a dropped line the page stays, and says so
    await flush();
    if (!waiting.size) form.submit();
  });
  addEventListener("online", flush);
  try {
    for (const [question, fields] of JSON.parse(localStorage.getItem(shelf) ?? "[]")) {
      if (!block(question)) continue;
      fill(block(question), fields);
      waiting.set(question, fields);
    }
  } catch { /* unreadable: nothing to bring back */ }
  flush();
}

// A warning where leaving would lose something.
let touched = false;
const guarded = document.querySelector("form[data-guard]");
guarded?.addEventListener("input", () => { touched = true; });
guarded?.addEventListener("submit", () => { touched = false; });
addEventListener("beforeunload", (event) => {
  if (touched || run || [...waiting.keys()].some(isProtected)) event.preventDefault();
});

// Leaving quickly: the page is emptied first, and does not stay in the history.
const exit = document.querySelector("[data-leave]");
if (exit) {
  let escapes = [];
  const leave = () => {
    touched = false;
    run = null;
    waiting.clear();
    document.title = "";
    document.body.replaceChildren();
    location.replace(exit.href);
  };
  exit.addEventListener("click", (event) => { event.preventDefault(); leave(); });
  addEventListener("keydown", ({ key, timeStamp }) => {
    escapes = key === "Escape" ? [...escapes.filter((at) => timeStamp - at < 3000), timeStamp] : [];
    if (escapes.length === 3) leave();
  });
}

// Signing out leaves nothing on the device.
document.querySelector("form[data-forget]")?.addEventListener("submit", () => {
  Object.keys(localStorage).filter((key) => key.startsWith("unsaved ")).forEach((key) => localStorage.removeItem(key));
});

// A file can be dropped where one can be chosen.
document.querySelectorAll("[data-drop-hint]").forEach((hint) => { hint.hidden = !matchMedia("(pointer: fine)").matches; });
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const area = event.target.closest?.("[data-drop]");
    if (!area) return;
    event.preventDefault();
    area.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = area.querySelector("[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.querySelector("[data-first]")?.focus();
