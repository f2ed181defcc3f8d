// Logging in and registering.

import * as api from "./api.js";
import { at } from "./elements.js";

/** @param {() => void} entered what happens when somebody is logged in */
export function begin(entered) {
  const form = at("login-form");
  const registration = at("register-form");

  const fields = (of) => Object.fromEntries(new FormData(of));
  const say = (text) => (at("login-notice").textContent = text);

  async function attempt(button, work) {
    say("");
    button.disabled = true;
    try {
      await work();
    } catch (problem) {
      say(problem.message);
    } finally {
      button.disabled = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { user, password, code, stay } = fields(form);
    attempt(form.querySelector(".main"), async () => {
      try {
        await api.logIn(user, password, code, Boolean(stay));
      } catch (problem) {
        if (problem.status === 401 && !problem.type.startsWith("totp")) throw new Error("Username or password is wrong. Try again.");
        if (!problem.type.startsWith("totp")) throw problem;
        at("code").hidden = false;
        form.elements.code.focus();
        throw new Error(problem.type === "totp-required"
          ? "This account has a second factor. Type the code that your authenticator app shows now."
          : "That code is not right. Type the one that your authenticator app shows now.");
      }
      reset();
      entered();
    });
  });

  registration.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = fields(registration);
    attempt(registration.querySelector(".main"), async () => {
      await api.post("users.register", given);
      try {
        await api.logIn(given.username, given.pass, undefined, false);
      } catch (problem) {
        // The account is there; it may have to be verified or activated first.
        turn(form);
        throw problem;
      }
      reset();
      entered();
    });
  });

  function turn(to) {
    for (const one of [form, registration]) one.hidden = one !== to;
    say("");
    to.querySelector("input").focus();
  }

  form.querySelector(".link").addEventListener("click", () => turn(registration));
  registration.querySelector(".link").addEventListener("click", () => turn(form));

  function reset() {
    form.reset();
    registration.reset();
    at("code").hidden = true;
    say("");
  }

  /** What the workspace is called, and whether it lets people register. */
  async function welcome() {
    const { settings } = await api.get("settings.public", { _id: "Site_Name,Accounts_RegistrationForm" });
    const { Site_Name: name, Accounts_RegistrationForm: registers } = Object.fromEntries(settings.map(({ _id, value }) => [_id, value]));
    at("to-register").hidden = registers !== "Public";
    return name || "pimentaCHAT";
  }

  function show(notice = "") {
    form.hidden = false;
    registration.hidden = true;
    at("login").hidden = false;
    say(notice);
    form.elements.user.focus();
  }

  return { welcome, show };
}
