// The reference of the API: Swagger UI over openapi.yaml, with the login that the page of this server holds.

import * as api from "./api.js";

/* global SwaggerUIBundle */

const at = (id) => document.getElementById(id);
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

const ui = SwaggerUIBundle({
  url: "/api-docs/openapi.yaml",
  domNode: at("reference"),
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tagsSorter: "alpha",
  validatorUrl: null,
  onComplete: show,
});

/** Who calls, and the two headers of the login for every call. */
function show() {
  const who = api.me();
  at("login").hidden = Boolean(who);
  at("who").hidden = !who;
  if (!who) return;
  at("who").querySelector("span").textContent = `You call as ${who.name || who.username}.`;
  const headers = api.headers();
  for (const name of Object.keys(headers)) ui.preauthorizeApiKey(name, headers[name]);
}

async function attempt(work) {
  at("notice").textContent = "";
  try {
    await work();
  } catch (problem) {
    if (problem.type === "totp-required") {
      at("code").hidden = false;
      at("login").elements.code.focus();
    }
    at("notice").textContent = problem.type === "totp-required" ? "Type the code that your authenticator app shows now." : problem.message;
  }
}

at("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const { user, password, code } = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    await api.logIn(user, password, code, false);
    event.target.reset();
    at("code").hidden = true;
    show();
  });
});

at("who").querySelector("button").addEventListener("click", () => attempt(async () => {
  await api.post("logout").catch(() => undefined);
  ui.authActions.logout(Object.keys(api.headers()));
  api.drop();
  show();
}));
