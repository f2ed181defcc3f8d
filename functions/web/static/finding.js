// The box that finds rooms, people and messages.

import * as api from "./api.js";
import { open } from "./conversation.js";
import { at, element, picture } from "./elements.js";
import * as rooms from "./rooms.js";

const PATIENCE = 250; // milliseconds after a key
const MOST = 20;

/** @param {{attempt: Function, enter: Function, arrive: Function, show: Function}} page */
export function begin(page) {
  const box = at("find-text");
  let timer;

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => page.attempt(find), PATIENCE);
  });
  at("find").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    page.attempt(async () => {
      await find();
      at("found").querySelector("button")?.focus();
    });
  });
  for (const place of [at("find"), at("found")]) {
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && box.value) {
        event.stopPropagation();
        clear();
        box.focus();
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || at("chat").hidden) return;
    event.preventDefault();
    at("chat").dataset.view = "rooms";
    box.focus();
    box.select();
  });

  async function find() {
    const text = box.value.trim();
    if (!text) return clear();
    const [{ users, rooms: channels }, said] = await Promise.all([
      api.get("spotlight", { query: text }),
      open.rid ? api.get("chat.search", { roomId: open.rid, searchText: text, count: MOST }) : { messages: [] },
    ]);
    if (text !== box.value.trim()) return undefined;
    const mine = rooms.matching(text);
    const parts = [
      ...part("Your rooms", mine.map((room) => rooms.entry(room, open.rid, done(page.enter)))),
      ...part("People", users.map((user) => entry(picture(user.username), `${user.name || user.username} @${user.username}`, () => talkTo(user.username)))),
      ...part("Other channels", channels.filter(({ _id }) => !rooms.mine(_id)).map((room) => entry("#", room.name, () => join(room)))),
      ...part("Messages in this room", said.messages.map((message) =>
        entry(picture(message.u?.username), `${message.u?.name || message.u?.username}: ${(message.msg || message.attachments?.[0]?.title || "").slice(0, 200)}`, () => page.show(message)))),
    ];
    at("found").replaceChildren(...parts);
    const count = at("found").querySelectorAll("button").length;
    at("found-count").textContent = count ? `${count} found` : `Nothing found for “${text}”.`;
    at("found-count").classList.toggle("quiet", count > 0);
    at("room-list").hidden = true;
    return undefined;
  }

  const done = (act) => (...given) => {
    clear();
    return act(...given);
  };

  const entry = (sign, label, act) => element(
    "button", { type: "button", onclick: () => page.attempt(done(act)) },
    typeof sign === "string" ? element("span", { class: "sign", "aria-hidden": "true" }, sign) : sign, element("span", { class: "name" }, label));

  function clear() {
    clearTimeout(timer);
    box.value = "";
    at("found").replaceChildren();
    at("found-count").textContent = "";
    at("room-list").hidden = false;
  }

  async function talkTo(username) {
    const { room } = await api.post("im.create", { username });
    await page.arrive(room._id);
  }

  async function join(room) {
    await api.post("channels.join", { roomId: room._id });
    await page.arrive(room._id);
  }

  return { clear };
}

const part = (title, entries) =>
  (entries.length ? [element("h2", {}, title), element("ul", {}, entries.map((one) => element("li", {}, one)))] : []);
