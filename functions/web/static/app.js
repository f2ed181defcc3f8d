// The page: puts the parts together, and says what goes wrong.

import * as addresses from "./addresses.js";
import * as api from "./api.js";
import { watch } from "./changes.js";
import * as conversation from "./conversation.js";
import { at } from "./elements.js";
import * as emoji from "./emoji.js";
import * as finding from "./finding.js";
import * as login from "./login.js";
import { walk } from "./messages.js";
import * as rooms from "./rooms.js";
import * as writing from "./writing.js";

const SAID_FOR = 8_000; // milliseconds that a notice stays
const READ_AT_ONCE = 50; // rooms

let site = "pimentaCHAT";
let changes; // what `watch` gave; undefined while nobody is logged in
let quiet;
let coming = false; // whether what the address shows is still to be opened
let shown; // the address that is

// ---- saying what is wrong

function say(text) {
  at("notice").textContent = text;
  clearTimeout(quiet);
  quiet = setTimeout(() => (at("notice").textContent = ""), SAID_FOR);
}

/** Does what somebody asked for; what goes wrong is said, and everything else goes on. */
async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    if (problem.name === "AbortError") return undefined;
    if (problem.status === 401) return leave(problem.message);
    if (!(problem instanceof api.Refusal)) console.error(problem);
    say(problem.message || "That did not work. Try again.");
    return undefined;
  }
}

function trouble(problem) {
  if (problem?.status === 401) return leave(problem.message);
  at("connection").textContent = problem ? "No connection to the server. What you see may be old; this page keeps trying." : "";
  return undefined;
}

// ---- coming and going

const loginPart = login.begin(enter);

function enter() {
  at("login").hidden = true;
  at("chat").hidden = false;
  const { username, name } = api.me();
  at("my-name").textContent = name || username;
  at("my-picture").src = `/avatar/${encodeURIComponent(username)}`;
  api.giveCookies();
  coming = true;
  changes = watch(told, { open: () => conversation.open.rid, gone: (rid) => rid === conversation.open.rid && closeRoom(), trouble });
  attempt(async () => emoji.learn((await api.get("emoji-custom.list")).emojis?.update || []));
}

/** @param {string} notice why, when nobody asked for it: who logs in again comes back to where they were */
function leave(notice = "") {
  if (!changes) return;
  changes.stop();
  changes = undefined;
  api.drop();
  rooms.forget();
  conversation.open.rid = conversation.open.thread = undefined;
  if (!notice) history.replaceState(null, "", "/");
  shown = undefined;
  for (const place of ["room-list", "messages", "replies"]) at(place).replaceChildren();
  for (const place of ["write", "reply"]) writing.clear(place);
  find.clear();
  at("connection").textContent = "";
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  at("chat").hidden = true;
  at("thread").hidden = true;
  document.title = site;
  drawHead();
  loginPart.show(notice);
}

at("log-out").addEventListener("click", () => attempt(async () => {
  await api.post("logout").catch(() => undefined);
  leave();
}));

// ---- changes

/** @returns whether there was anything new */
function told(found) {
  const joined = rooms.mine(conversation.open.rid);
  const roomsChanged = rooms.take(found);
  const { changed, arrived } = conversation.take(found);
  if (roomsChanged) {
    drawRooms();
    const { rid } = conversation.open;
    if (joined && !rooms.mine(rid)) closeRoom();
    else drawHead();
  }
  if (coming) {
    coming = false;
    openFromAddress();
  }
  conversation.trim();
  if (arrived.length && !document.hidden) read(conversation.open.rid);
  return roomsChanged || changed;
}

function drawRooms() {
  const count = rooms.draw(conversation.open.rid, (rid) => attempt(() => enterRoom(rid)));
  document.title = `${count ? `(${count}) ` : ""}${site}`;
}

function drawHead() {
  const room = rooms.find(conversation.open.rid);
  at("room-name").textContent = room ? `${room.t === "d" ? "" : "# "}${rooms.nameOf(room)}` : "Welcome";
  at("room-topic").textContent = room?.topic || "";
  at("nothing-open").hidden = Boolean(room);
  for (const form of ["write-form", "reply-form"]) at(form).hidden = !room || !rooms.mine(room._id);
  at("not-in").hidden = room?.t !== "c" || Boolean(rooms.mine(room._id));
  at("history").hidden = !room;
  if (room) at("write").placeholder = `Message to ${rooms.nameOf(room)}`;
}

async function read(rid) {
  if (!rooms.mine(rid)) return;
  rooms.markRead(rid);
  drawRooms();
  await api.post("subscriptions.read", { rid }).catch(() => undefined);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden || !changes) return;
  api.giveCookies();
  if (rooms.mine(conversation.open.rid)?.alert) read(conversation.open.rid);
});

at("read-all").addEventListener("click", () => attempt(async () => {
  for (const { _id } of rooms.unread().slice(0, READ_AT_ONCE)) await read(_id);
  at("find-text").focus();
}));

// ---- rooms

/**
 * @param {{message?: object, replacing?: boolean}} how at which message to open it, else at its end; whether the address
 *   led here, so that going back does not lead to it again
 */
async function enterRoom(rid, { message, replacing } = {}) {
  if (rid !== conversation.open.rid) writing.clear("write");
  at("chat").dataset.view = "room";
  goneTo(addresses.of(rooms.find(rid), message?._id), replacing);
  const opened = conversation.enter(rid, message);
  drawHead();
  drawRooms();
  if (!message) at("write").focus();
  await opened;
  if (conversation.open.rid !== rid) return;
  await read(rid);
  changes?.soon();
}

/** Lets the address show where one is, so that it may be given to others and one may go back. */
function goneTo(address, replacing) {
  if (replacing) history.replaceState(null, "", address);
  else if (here() !== address) history.pushState(null, "", address);
  shown = here();
}

const here = () => location.pathname + location.search;

function closeRoom() {
  history.replaceState(null, "", "/");
  shown = here();
  showNothing();
}

function showNothing() {
  conversation.open.rid = conversation.open.thread = undefined;
  at("thread").hidden = true;
  at("chat").dataset.view = "rooms";
  drawHead();
  drawRooms();
}

/** Opens what the address shows: a room, at a message, or that into which a link invites. */
function openFromAddress() {
  // A jump within the page is none.
  if (!changes || here() === shown) return;
  shown = here();
  const place = addresses.read(location);
  if (place) attempt(() => openPlace(place, shown));
  else showNothing();
}
window.addEventListener("popstate", openFromAddress);

async function openPlace(place, address) {
  if (place.invite) {
    showNothing();
    const { room } = await api.post("useInviteToken", { token: place.invite });
    return arrive(room.rid, { replacing: true });
  }
  // A message says where it is: rooms get other names.
  const message = place.msg ? (await unlessClosed(api.get("chat.getMessage", { msgId: place.msg })))?.message : undefined;
  const rid = message?.rid || rooms.named(place.kind, place.name)?._id || await unlessClosed(roomOf(place));
  if (address !== shown) return undefined;
  if (!rid) {
    showNothing();
    return say(`There is no room “${place.name}” that you may see.`);
  }
  if (place.msg && !message) say("That message is not there any more.");
  return (rooms.mine(rid) ? enterRoom : arrive)(rid, { message, replacing: true });
}

async function roomOf({ kind, name }) {
  const { room } = kind === "d" ? await api.post("im.create", { username: name }) : await api.get("rooms.info", { roomName: name });
  return room._id;
}

/** What was asked for; nothing where it is not there for this person. */
const unlessClosed = (asked) => asked.catch((problem) => {
  if (!api.isClosed(problem)) throw problem;
});

// Links to rooms and messages of this page are followed within it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!changes || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.origin !== location.origin || !addresses.read(link)) return;
  event.preventDefault();
  if (link.href !== location.href) history.pushState(null, "", link.href);
  shown = undefined;
  openFromAddress();
});

at("join").addEventListener("click", () => attempt(async () => {
  const { rid } = conversation.open;
  await api.post("channels.join", { roomId: rid });
  await arrive(rid);
}));

/** Goes to a room that may be new to this person. */
async function arrive(rid, how) {
  const [found, own] = await Promise.all([api.get("rooms.info", { roomId: rid }), api.get("subscriptions.getOne", { roomId: rid })]);
  rooms.take({ rooms: { update: [found.room], remove: [] }, subscriptions: { update: own.subscription ? [own.subscription] : [], remove: [] } });
  await enterRoom(rid, how);
}

const page = {
  attempt, say, arrive, read,
  enter: (rid) => attempt(() => enterRoom(rid)),
  show: conversation.show,
  soon: () => changes?.soon(),
  from: (moment) => changes?.from(moment),
};
conversation.begin(page);
writing.begin(page);
const find = finding.begin(page);

at("older").addEventListener("click", () => attempt(async () => {
  await conversation.older();
  at("messages").querySelector("[data-id]")?.focus({ preventScroll: true });
}));
at("newer").addEventListener("click", () => attempt(async () => {
  const first = await conversation.newer();
  if (first) at("messages").querySelector(`[data-id="${CSS.escape(first._id)}"]`)?.focus({ preventScroll: true });
}));

// ---- a new channel

at("new-room").addEventListener("click", () => {
  at("new-room-form").reset();
  at("new-room-dialog").querySelector(".notice").textContent = "";
  at("new-room-dialog").showModal();
});

at("new-room-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, topic, closed } = Object.fromEntries(new FormData(event.target));
  const family = closed ? "groups" : "channels";
  try {
    const made = await api.post(`${family}.create`, { name });
    const { _id } = made.channel || made.group;
    at("new-room-dialog").close();
    await attempt(async () => {
      if (topic) await api.post(`${family}.setTopic`, { roomId: _id, topic });
      await arrive(_id);
    });
  } catch (problem) {
    at("new-room-dialog").querySelector(".notice").textContent = problem.message;
  }
});

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

// ---- keys and the panes of a narrow screen

for (const list of [at("messages"), at("replies")]) list.addEventListener("keydown", walk);
at("picker").addEventListener("keydown", emoji.walk);
for (const button of document.querySelectorAll("[data-back]")) {
  button.addEventListener("click", () => (button.dataset.back === "rooms" ? (at("chat").dataset.view = "rooms") : conversation.closeThread()));
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
  conversation.closeThread();
});

// ---- the beginning

drawHead();
if (api.loggedIn()) enter();
else loginPart.show();
loginPart.welcome().then((name) => {
  site = name;
  for (const place of document.querySelectorAll(".site")) place.textContent = name;
  if (changes) drawRooms();
  else document.title = name;
}).catch((problem) => {
  if (!changes) at("login-notice").textContent = problem.message;
});
