// The rooms of the person who is logged in: what is known of them, and the list at the side.

import { at, element, picture } from "./elements.js";

const KINDS = { c: "channels", p: "groups", d: "im" };
const rooms = new Map(); // by id
const subscriptions = new Map(); // by the id of the room

/** Takes changes in; whether there were any. */
export function take(changes) {
  for (const one of changes.rooms?.update || []) rooms.set(one._id, one);
  for (const one of changes.rooms?.remove || []) rooms.delete(one._id);
  for (const one of changes.subscriptions?.update || []) subscriptions.set(one.rid, one);
  for (const gone of changes.subscriptions?.remove || []) {
    for (const [rid, one] of subscriptions) if (one._id === gone._id) subscriptions.delete(rid);
  }
  return Boolean(changes.rooms || changes.subscriptions);
}

export function forget() {
  rooms.clear();
  subscriptions.clear();
}

export const find = (rid) => rooms.get(rid);
export const mine = (rid) => subscriptions.get(rid);
/** The family of endpoints for a room: channels, groups or im. */
export const family = (room) => KINDS[room.t] || "channels";

/** What a room is called in addresses: direct rooms of two by the other's username, others of them by their id. */
export function addressed(room) {
  if (room.t !== "d") return room.name || room._id;
  return room.uids?.length > 2 ? room._id : nameOf(room, "name");
}

/** The one that an address names, among those that are known. */
export const named = (kind, name) =>
  [...rooms.values()].find((room) => room.t === kind && [addressed(room), room._id].includes(name));

/** Those whose names have these words, the last used first. */
export function matching(text) {
  return listed().filter((room) => nameOf(room).toLowerCase().includes(text.toLowerCase()));
}

export function nameOf(room, kind = "fname") {
  const own = subscriptions.get(room._id);
  return own?.[kind] || own?.name || room[kind] || room.name || "Direct message";
}

function listed() {
  const time = ({ _id, lm, ts }) => lm || subscriptions.get(_id)?.ts || ts || "";
  return [...rooms.values()]
    .filter(({ _id, t }) => t in KINDS && subscriptions.has(_id) && subscriptions.get(_id).open !== false)
    .sort((a, b) => time(b).localeCompare(time(a)));
}

export const unread = () => listed().filter(({ _id }) => subscriptions.get(_id).alert || subscriptions.get(_id).unread);

/** Counts of a room that was read just now, before the server tells. */
export function markRead(rid) {
  const own = subscriptions.get(rid);
  if (own) subscriptions.set(rid, { ...own, alert: false, unread: 0, userMentions: 0, groupMentions: 0, ls: new Date().toISOString() });
}

/** @param {(rid: string) => void} enter what a click does */
export function draw(openRoom, enter) {
  const some = listed();
  const parts = [
    ["Channels", some.filter(({ t }) => t !== "d")],
    ["Direct messages", some.filter(({ t }) => t === "d")],
  ];
  const focused = document.activeElement?.dataset?.room;
  at("room-list").replaceChildren(...parts.filter(([, list]) => list.length).flatMap(([title, list]) => [
    element("h2", {}, title),
    element("ul", {}, list.map((room) => element("li", {}, entry(room, openRoom, enter)))),
  ]));
  if (focused) at("room-list").querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
  const count = unread().reduce((sum, { _id }) => sum + (subscriptions.get(_id).unread || 0), 0);
  at("read-all").hidden = !unread().length;
  return count;
}

export function entry(room, openRoom, enter) {
  const { unread: count = 0, alert = false, userMentions = 0, groupMentions = 0 } = subscriptions.get(room._id) || {};
  const mentions = userMentions + groupMentions;
  const said = mentions ? `${count} unread, you are mentioned` : `${count} unread`;
  return element(
    "button",
    {
      type: "button", "data-room": room._id, class: alert || count ? "unread" : null,
      "aria-current": room._id === openRoom ? "page" : null, onclick: () => enter(room._id),
    },
    room.t === "d" ? picture(nameOf(room, "name")) : element("span", { class: "sign", "aria-hidden": "true" }, "#"),
    element("span", { class: "name" }, nameOf(room)),
    room.t === "p" ? element("span", { class: "kind" }, "private") : null,
    count ? element("span", { class: mentions ? "badge mentioned" : "badge" }, element("span", { "aria-hidden": "true" }, String(count)), element("span", { class: "quiet" }, said)) : null,
    alert && !count ? element("span", { class: "quiet" }, "unread") : null,
  );
}
