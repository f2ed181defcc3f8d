// The messages of the open room and of the open thread: what is known, drawing them, and what one does with them.

import * as api from "./api.js";
import { choose } from "./emoji.js";
import { at, element } from "./elements.js";
import { fill, rowsOf } from "./messages.js";
import * as rooms from "./rooms.js";

const PAGE = 50;
const SHOWN_MOST = 500; // rows of a room; older ones are asked for again
const REPLIES_MOST = 200;

export const open = { rid: undefined, thread: undefined };
let messages = new Map(); // of the open room and its thread, by id
let oldest; // the moment of the oldest message that was asked for
let complete = false; // whether there is nothing older
let newFrom;
let editing;
let page; // what the page does: {attempt, soon, from}

export function begin(given) {
  page = given;
}

const inOrder = () => [...messages.values()].sort((a, b) => a.ts.localeCompare(b.ts));
const inRoom = (message) => !message.tmid || message.tshow;

// ---- drawing

export function draw() {
  if (!open.rid) return;
  const scroll = at("history");
  const end = atEnd(scroll);
  const shown = inOrder().filter(inRoom);
  fill(at("messages"), rowsOf(shown, actions, { editing, newFrom }));
  at("older").hidden = complete;
  if (end) toEnd(scroll);
  drawThread();
}

function drawThread() {
  const parent = messages.get(open.thread);
  at("thread").hidden = !open.thread;
  if (!open.thread) return;
  const scroll = at("replies").closest(".scroll");
  const end = atEnd(scroll);
  const replies = inOrder().filter(({ tmid }) => tmid === open.thread);
  const rows = rowsOf([...(parent ? [parent] : []), ...replies], actions, { editing, thread: true });
  fill(at("replies"), rows);
  if (end) toEnd(scroll);
}

const atEnd = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
function toEnd(scroll) {
  scroll.scrollTop = scroll.scrollHeight;
}

// Pictures come after the text: whoever was at the end stays there.
for (const scroll of document.querySelectorAll("#history, #thread .scroll")) {
  let end = true;
  scroll.addEventListener("scroll", () => (end = atEnd(scroll)), { passive: true });
  new ResizeObserver(() => end && toEnd(scroll)).observe(scroll.querySelector("ol"));
}

// ---- what is known

/** Takes changes of the open room in; the messages among them that others wrote since. */
export function take({ messages: changes } = {}) {
  if (!changes || changes.rid !== open.rid) return { changed: false, arrived: [] };
  const arrived = [];
  let changed = false;
  for (const message of changes.updated) {
    const known = messages.get(message._id);
    const older = oldest && message.ts < oldest && !message.tmid;
    if (known?._updatedAt === message._updatedAt || (!known && older)) continue;
    if (!known && message.u?._id !== api.me()?._id && !message.t) arrived.push(message);
    messages.set(message._id, message);
    changed = true;
  }
  for (const { _id } of changes.deleted) changed = messages.delete(_id) || changed;
  if (open.thread && !messages.has(open.thread)) closeThread();
  if (changed) draw();
  return { changed, arrived };
}

/** Opens a room at its end. */
export async function enter(rid) {
  open.rid = rid;
  open.thread = undefined;
  messages = new Map();
  oldest = undefined;
  complete = true;
  editing = undefined;
  newFrom = rooms.mine(rid)?.alert ? rooms.mine(rid).ls || rooms.mine(rid).ts : undefined;
  at("messages").replaceChildren();
  draw();
  await older();
  toEnd(at("history"));
  // From here on changes are told.
  page.from([...messages.values()].map((one) => one._updatedAt).sort().at(-1) || new Date(0).toISOString());
}

/** A page of messages before those that are known. */
export async function older() {
  const { rid } = open;
  const path = `${rooms.family(rooms.find(rid))}.history`;
  const log = at("messages").parentElement;
  log.setAttribute("aria-busy", "true");
  try {
    const { messages: found } = await api.get(path, { roomId: rid, count: PAGE, latest: oldest, showThreadMessages: false });
    if (rid !== open.rid) return;
    for (const message of found) messages.set(message._id, message);
    oldest = [oldest, ...found.map(({ ts }) => ts)].filter(Boolean).sort()[0];
    complete = found.length < PAGE;
    const scroll = at("history");
    const fromEnd = scroll.scrollHeight - scroll.scrollTop;
    draw();
    scroll.scrollTop = scroll.scrollHeight - fromEnd;
  } finally {
    log.removeAttribute("aria-busy");
  }
}

/** So that a page that stays open for weeks does not grow. */
export function trim() {
  const shown = inOrder().filter(inRoom);
  if (shown.length <= SHOWN_MOST || !atEnd(at("history"))) return;
  for (const { _id } of shown.slice(0, -SHOWN_MOST / 2)) messages.delete(_id);
  oldest = shown.at(-SHOWN_MOST / 2).ts;
  complete = false;
  draw();
}

// ---- threads

export async function openThread(tmid) {
  open.thread = tmid;
  at("replies").replaceChildren();
  at("chat").dataset.view = "thread";
  draw();
  at("reply").focus();
  const [parent, replies] = await Promise.all([
    messages.has(tmid) ? null : api.get("chat.getMessage", { msgId: tmid }),
    api.get("chat.getThreadMessages", { tmid, count: REPLIES_MOST }),
  ]);
  if (open.thread !== tmid) return;
  for (const one of [...(parent ? [parent.message] : []), ...replies.messages]) messages.set(one._id, one);
  draw();
  toEnd(at("replies").closest(".scroll"));
}

export function closeThread() {
  const tmid = open.thread;
  if (!tmid) return;
  open.thread = undefined;
  at("chat").dataset.view = "room";
  drawThread();
  (at("messages").querySelector(`[data-id="${CSS.escape(tmid)}"]`) || at("write")).focus();
}

/** Shows one message of the open room, old as it may be. */
export async function show(message) {
  if (message.tmid) return openThread(message.tmid);
  messages.set(message._id, message);
  draw();
  at("chat").dataset.view = "room";
  const row = at("messages").querySelector(`[data-id="${CSS.escape(message._id)}"]`);
  row?.scrollIntoView({ block: "center" });
  row?.classList.add("found");
  row?.focus({ preventScroll: true });
}

// ---- what one does with a message

export function learned(message) {
  if (message?.rid !== open.rid) return;
  messages.set(message._id, message);
  draw();
  toEnd(message.tmid ? at("replies").closest(".scroll") : at("history"));
}

function react(message, name) {
  return page.attempt(async () => {
    await api.post("chat.react", { messageId: message._id, emoji: `:${name}:` });
    const { message: now } = await api.get("chat.getMessage", { msgId: message._id });
    learnedAgain(now);
  });
}

function learnedAgain(message) {
  if (messages.has(message._id)) messages.set(message._id, message);
  draw();
  page.soon();
}

const actions = {
  react,
  choose: (message, button) => choose(at("picker"), button, (name) => react(message, name)),
  open: (message) => page.attempt(() => openThread(message._id)),
  edit,
  remove,
  editor,
};

export function edit(message) {
  editing = message._id;
  draw();
}

export function editLast(tmid) {
  const own = inOrder().filter((one) => one.u?._id === api.me()?._id && !one.t && one.tmid === tmid && one.msg);
  if (own.length) edit(own.at(-1));
}

function editor(message) {
  const text = element("textarea", { rows: 2, "aria-label": "Edit the message", "aria-describedby": `how-${message._id}` });
  text.value = message.msg || "";
  const stop = () => {
    editing = undefined;
    draw();
    document.querySelector(`#${message.tmid ? "reply" : "write"}`).focus();
  };
  const save = (event) => {
    event?.preventDefault();
    if (!text.value.trim() && !message.attachments?.length) return remove(message);
    return page.attempt(async () => {
      const { message: now } = await api.post("chat.update", { roomId: message.rid, msgId: message._id, text: text.value });
      stop();
      learnedAgain(now);
    });
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save(event);
  });
  requestAnimationFrame(() => text.focus());
  return element(
    "form",
    { class: "editor", onsubmit: save },
    text,
    element("p", { class: "buttons", id: `how-${message._id}` },
      element("span", { class: "hint" }, "Enter saves, Escape leaves it as it was."),
      element("button", { type: "button", onclick: stop }, "Cancel"), element("button", { class: "main" }, "Save")),
  );
}

function remove(message) {
  const dialog = at("delete-dialog");
  at("delete-text").textContent = message.msg || message.attachments?.[0]?.title || "";
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && page.attempt(async () => {
    await api.post("chat.delete", { roomId: message.rid, msgId: message._id });
    messages.delete(message._id);
    draw();
    at(message.tmid ? "reply" : "write").focus();
    page.soon();
  }), { once: true });
  dialog.showModal();
}
