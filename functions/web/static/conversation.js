// The messages of the open room and of the open thread: what is known, drawing them, and what one does with them.

import * as api from "./api.js";
import { choose } from "./emoji.js";
import { at, element } from "./elements.js";
import { fill, rowsOf } from "./messages.js";
import * as rooms from "./rooms.js";

const PAGE = 50;
const SHOWN_MOST = 500; // rows of a room; older ones are asked for again
const REPLIES_MOST = 200;
const LOOKS_MOST = 16; // requests for one page of what follows a message

export const open = { rid: undefined, thread: undefined };
let messages = new Map(); // of the open room and its thread, by id
let oldest; // the moment of the oldest message that was asked for
let complete = false; // whether there is nothing older
let newest; // up to which moment all is known, while an old message is looked at; undefined: up to now
let newFrom;
let editing;
let page; // what the page does: {attempt, read, soon, from}

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
  at("newer").hidden = !newest;
  if (end && !newest) toEnd(scroll);
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
  scroll.addEventListener("scroll", () => (end = atEnd(scroll) && !(newest && scroll === at("history"))), { passive: true });
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
    const newer = newest && message.ts > newest && !message.tmid;
    if (known?._updatedAt === message._updatedAt || (!known && (older || newer))) continue;
    if (!known && message.u?._id !== api.me()?._id && !message.t) arrived.push(message);
    messages.set(message._id, message);
    changed = true;
  }
  for (const { _id } of changes.deleted) changed = messages.delete(_id) || changed;
  if (open.thread && !messages.has(open.thread)) closeThread();
  if (changed) draw();
  return { changed, arrived };
}

/** Opens a room at its end, or at a message of it. */
export async function enter(rid, message) {
  const another = rid !== open.rid;
  open.rid = rid;
  open.thread = undefined;
  editing = undefined;
  newFrom = rooms.mine(rid)?.alert ? rooms.mine(rid).ls || rooms.mine(rid).ts : undefined;
  // From here on changes are told, once it is known what there is.
  const { lm = "", _updatedAt: changed = "" } = rooms.find(rid);
  page.from("");
  if (another || !message) forget();
  try {
    if (message) return await show(message);
    await older();
    return toEnd(at("history"));
  } finally {
    if (open.rid === rid) page.from([lm, changed, new Date(0).toISOString()].sort().at(-1));
  }
}

function forget() {
  messages = new Map();
  oldest = newest = undefined;
  complete = true;
  at("messages").replaceChildren();
  draw();
}

/** Messages of the open room without those of threads, newest first: a page of a range of time. */
async function history(range) {
  const place = messages;
  const log = at("messages").parentElement;
  log.setAttribute("aria-busy", "true");
  try {
    const path = `${rooms.family(rooms.find(open.rid))}.history`;
    const { messages: found } = await api.get(path, { roomId: open.rid, count: PAGE, showThreadMessages: false, ...range });
    // Whoever went elsewhere meanwhile is not shown them.
    if (place !== messages) throw new DOMException("Another place", "AbortError");
    return found;
  } finally {
    log.removeAttribute("aria-busy");
  }
}

function know(found) {
  for (const message of found) messages.set(message._id, message);
}

/** A page of messages before those that are known. */
export async function older() {
  const found = await history({ latest: oldest });
  know(found);
  oldest = [oldest, ...found.map(({ ts }) => ts)].filter(Boolean).sort()[0];
  complete = found.length < PAGE;
  const scroll = at("history");
  const fromEnd = scroll.scrollHeight - scroll.scrollTop;
  draw();
  scroll.scrollTop = scroll.scrollHeight - fromEnd;
}

/** A page or so of messages after those that are known, when an old one is looked at; the first of them. */
export async function newer() {
  const known = new Set(messages.keys());
  const following = await after(newest);
  know(following.found);
  const scroll = at("history");
  const place = scroll.scrollTop;
  draw();
  newest = following.until;
  at("newer").hidden = !newest;
  // Whoever reads on stays where they are, and does not go to the end.
  scroll.scrollTop = place;
  scroll.dispatchEvent(new Event("scroll"));
  if (!newest) page.read(open.rid);
  return inOrder().filter(inRoom).find(({ _id }) => !known.has(_id));
}

/**
 * What follows a moment. History tells the newest of a range first, so the range is made shorter until one answer tells
 * all of it.
 * @returns {{found: object[], until: string | undefined}} `until` when all of them are there; undefined: until now
 */
async function after(moment) {
  const found = [];
  let from = Date.parse(moment);
  let until;
  for (let looks = 0; looks < LOOKS_MOST && found.length < PAGE / 2; looks++) {
    const range = { oldest: instant(from), latest: until && instant(until), inclusive: true };
    const some = await history(range);
    if (some.length < PAGE) {
      found.push(...some);
      if (!until) return { found, until: undefined };
      const wider = until + 4 * (until - from);
      from = until;
      until = wider < Date.now() ? wider : undefined;
    } else {
      until = from + Math.max(1, Math.floor((Date.parse(some.at(-1).ts) - from) / 4));
    }
  }
  return { found, until: instant(from) };
}

const instant = (milliseconds) => new Date(milliseconds).toISOString();

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

/** Shows one message of the open room, old as it may be, among its neighbours. */
export async function show(message) {
  const first = message.tmid ? (await api.get("chat.getMessage", { msgId: message.tmid })).message : message;
  if (message.rid !== open.rid) return;
  if (!messages.has(first._id)) await goTo(first);
  if (message.tmid) await openThread(message.tmid);
  else at("chat").dataset.view = "room";
  messages.set(message._id, message);
  draw();
  mark(message);
}

async function goTo({ ts }) {
  forget();
  oldest = newest = ts;
  const [{ found, until }] = await Promise.all([after(ts), older()]);
  know(found);
  newest = until;
  draw();
}

function mark({ _id, tmid }) {
  const row = at(tmid ? "replies" : "messages").querySelector(`[data-id="${CSS.escape(_id)}"]`);
  row?.scrollIntoView({ block: "center" });
  row?.closest(".scroll").dispatchEvent(new Event("scroll"));
  row?.classList.add("found");
  row?.focus({ preventScroll: true });
}

// ---- what one does with a message

export function learned(message) {
  if (message?.rid !== open.rid) return;
  if (newest && !message.tmid) {
    // It stands at the end, far from what is shown.
    page.attempt(() => enter(open.rid));
    return;
  }
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
