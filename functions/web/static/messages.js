// How messages look: who, when, what, attachments, reactions, and what one may do with them.

import { me } from "./api.js";
import { drawn as emoji } from "./emoji.js";
import { element, link, ours, picture, safe, tool } from "./elements.js";
import { drawn, linked } from "./markdown.js";

const TOGETHER = 5 * 60_000; // messages of one person within this time stand under one name
const ATTACHED_DEEPEST = 3;
const SYSTEM = {
  uj: "joined the room", ul: "left the room", ut: "joined the conversation", au: "added {}", ru: "removed {}",
  r: "renamed the room to {}", rm: "removed a message", wm: "said welcome", "user-muted": "muted {}", "user-unmuted": "let {} speak again",
  room_changed_topic: "changed the topic: {}", room_changed_description: "changed the description: {}",
  room_changed_announcement: "changed the announcement: {}", room_changed_privacy: "changed the room: {}",
  room_changed_avatar: "changed the picture of the room", "room-archived": "archived the room",
  "room-unarchived": "took the room out of the archive", "room-set-read-only": "made the room read-only",
  "room-removed-read-only": "let everybody write again", "subscription-role-added": "made {} {role}",
  "subscription-role-removed": "took the role {role} from {}", message_pinned: "pinned a message",
  "discussion-created": "started the discussion {}", jitsi_call_started: "started a call",
};

/**
 * Makes the rows of a list those of these messages, oldest first. Rows that stay as they are are not touched: a screen
 * reader hears what is new alone, and the focus stays where it is.
 * @param {{id: string, key: string, draw: () => HTMLElement}[]} rows `key` changes when the row has to be drawn again
 */
export function fill(list, rows) {
  const there = new Map([...list.children].map((row) => [row.dataset.row, row]));
  const wanted = new Set(rows.map(({ id }) => id));
  for (const [id, row] of there) if (!wanted.has(id)) row.remove();
  let place = list.firstElementChild;
  for (const { id, key, draw } of rows) {
    let row = there.get(id);
    if (row?.dataset.key !== key) {
      const made = draw();
      Object.assign(made.dataset, { row: id, key });
      if (row) replace(row, made);
      else list.insertBefore(made, place);
      if (row && row === place) place = made;
      row = made;
    } else if (row !== place) {
      list.insertBefore(row, place);
    }
    place = row.nextElementSibling;
  }
  const last = [...list.querySelectorAll("[data-id]")].at(-1);
  if (last && !list.contains(document.activeElement)) makeCurrent(last);
}

function replace(row, made) {
  const focused = row.contains(document.activeElement) && document.activeElement;
  const current = row.tabIndex === 0;
  row.replaceWith(made);
  if (current) makeCurrent(made);
  if (!focused) return;
  const again = focused.dataset.act && made.querySelector(`[data-act="${CSS.escape(focused.dataset.act)}"]`);
  (again || made).focus();
}

/** Of all messages one is reached by Tab, with what can be done with it; the arrow keys go to others. */
export function makeCurrent(row) {
  for (const other of row.parentElement.querySelectorAll('[data-id][tabindex="0"]')) turn(other, -1);
  turn(row, 0);
}

function turn(row, index) {
  row.tabIndex = index;
  for (const button of row.querySelectorAll("[data-act]")) button.tabIndex = index;
}

/** Keys in a list of messages. */
export function walk(event) {
  const row = event.target.closest("[data-id]");
  if (!row || event.target !== row) return;
  const all = [...event.currentTarget.querySelectorAll("[data-id]")];
  const next = { ArrowUp: -1, ArrowDown: 1, Home: -all.length, End: all.length }[event.key];
  if (!next) return;
  event.preventDefault();
  all[Math.min(all.length - 1, Math.max(0, all.indexOf(row) + next))].focus();
}

/**
 * The rows of a conversation, oldest first, with the days between them.
 * @param {object[]} messages in the order of their time
 * @param {{react: Function, choose: Function, open: Function, edit: Function, remove: Function}} actions
 * @param {{thread?: boolean, editing?: string, newFrom?: string}} shown whether it is a thread; the id of the message that is being edited;
 *   from which moment on messages are new
 */
export function rowsOf(messages, actions, shown = {}) {
  const rows = [];
  let before;
  let marked = !shown.newFrom;
  for (const message of messages) {
    const day = new Date(message.ts).toDateString();
    const newDay = !before || new Date(before.ts).toDateString() !== day;
    if (newDay) rows.push({ id: `day ${day}`, key: today(message.ts), draw: () => separator(today(message.ts)) });
    const first = !marked && message.ts > shown.newFrom && message.u?._id !== me()?._id;
    if (first) rows.push({ id: "new", key: "new", draw: () => separator("New messages", "new") });
    marked ||= first;
    const joined = !newDay && !first && together(before, message);
    const editing = shown.editing === message._id;
    rows.push({
      id: message._id,
      key: [message._updatedAt, message.tcount, joined, editing, message.u?.name].join(),
      draw: () => row(message, actions, { ...shown, joined, editing }),
    });
    before = message;
  }
  return rows;
}

const together = (one, other) => !one.t && !other.t && one.u?._id === other.u?._id && (one.alias || "") === (other.alias || "")
  && Date.parse(other.ts) - Date.parse(one.ts) < TOGETHER;

const separator = (text, kind = "day") => element("li", { class: `separator ${kind}` }, element("span", {}, text));

function today(moment) {
  const then = new Date(moment);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return then.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

function row(message, actions, { joined, editing, thread }) {
  const kind = message.t ? "system" : joined ? "joined" : "first";
  return element(
    "li",
    { "data-id": message._id, class: `message ${kind}`, tabindex: -1, onfocusin: (event) => makeCurrent(event.currentTarget) },
    message.t ? null : picture(message.u?.username, message.avatar),
    element("div", { class: "head" }, author(message), when(message)),
    editing ? actions.editor(message) : body(message),
    message.t || editing ? null : feet(message, actions, thread),
    message.t || editing ? null : bar(message, actions, thread),
  );
}

function author({ alias, u = {} }) {
  const name = alias || u.name || u.username || "?";
  return [element("b", {}, name), u.username && u.username !== name ? element("span", { class: "username" }, `@${u.username}`) : null, " "];
}

function when({ ts }) {
  const time = new Date(ts);
  const clock = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return element("time", { datetime: time.toISOString(), title: time.toLocaleString() }, clock);
}

const marks = ({ editedAt, pinned }) =>
  [editedAt ? "edited" : "", pinned ? "pinned" : ""].filter(Boolean).map((mark) => element("span", { class: "mark" }, ` (${mark})`));

function body(message) {
  if (message.t) return element("div", { class: "body" }, system(message));
  const text = drawn(message);
  const last = text.at(-1);
  if (last?.tagName === "P") last.append(...marks(message));
  else text.push(...marks(message));
  return element("div", { class: "body" }, text, (message.attachments || []).map((one) => attachment(one, 0)), previews(message));
}

function system(message) {
  const text = Object.hasOwn(SYSTEM, message.t) ? SYSTEM[message.t] : String(message.t).replaceAll(/[-_]/g, " ");
  return text.replace("{role}", () => message.role || "").replace("{}", () => message.msg || "");
}

function attachment(one, depth) {
  const title = one.title || one.author_name || "";
  const about = one.description || title || "Picture";
  const target = [one.title_link, one.message_link].find((address) => address && safe(address));
  const made = element(
    "figure",
    { class: "attachment" },
    title ? element("figcaption", {}, target ? link(target, title) : title) : null,
    one.text ? element("p", {}, linked(one.text)) : null,
    one.description ? element("p", {}, linked(one.description)) : null,
    image(one, about),
    media("audio", one.audio_url, about),
    media("video", one.video_url, about),
    (Array.isArray(one.fields) ? one.fields : []).map((field) => element("p", {}, element("b", {}, String(field?.title ?? "")), " ", String(field?.value ?? ""))),
    depth < ATTACHED_DEEPEST && Array.isArray(one.attachments) ? one.attachments.map((inner) => attachment(inner, depth + 1)) : null,
  );
  if (typeof one.color === "string" && CSS.supports("color", one.color)) made.style.borderLeftColor = one.color;
  return made;
}

/** A picture of this server; one of another is a link. */
function image({ image_url: address, image_dimensions: size = {} }, about) {
  if (!address) return null;
  const own = ours(address);
  if (!own) return element("p", {}, link(address, "Picture on another server"));
  const shown = element("img", { src: own, alt: about, loading: "lazy", width: Number(size?.width) || null, height: Number(size?.height) || null });
  return element("a", { href: own, target: "_blank", rel: "noopener", class: "picture-link" }, shown);
}

function media(kind, address, about) {
  const own = address && ours(address);
  return own ? element(kind, { src: own, controls: true, preload: "none", "aria-label": about }) : null;
}

function previews(message) {
  return (message.urls || []).map(({ url, meta, ignoreParse }) => {
    const title = !ignoreParse && (meta?.ogTitle || meta?.oembedTitle || meta?.pageTitle);
    if (!title) return null;
    const text = meta.ogDescription || meta.description || "";
    return element("figure", { class: "attachment" }, element("figcaption", {}, link(url, title)), text ? element("p", {}, text) : null);
  });
}

function feet(message, actions, thread) {
  const reactions = Object.entries(message.reactions || {}).map(([name, { usernames = [] }]) => {
    const mine = usernames.includes(me()?.username);
    const said = `${name.replaceAll(":", "").replaceAll("_", " ")}: ${usernames.join(", ")}`;
    return element(
      "button",
      {
        type: "button", class: "reaction", "data-act": `react ${name}`, tabindex: -1, "aria-pressed": String(mine), title: said,
        "aria-label": `${usernames.length} ${said}`, onclick: () => actions.react(message, name.replaceAll(":", "")),
      },
      emoji(name.replaceAll(":", "")), ` ${usernames.length}`,
    );
  });
  const count = !thread && message.tcount;
  const replies = count ? element("button", { type: "button", class: "replies", "data-act": "open", tabindex: -1, onclick: () => actions.open(message) },
    `${count} ${count === 1 ? "reply" : "replies"}`) : null;
  return reactions.length || replies ? element("div", { class: "feet" }, reactions, replies) : null;
}

/** What one may do with a message; shown where the pointer or the focus is. */
function bar(message, actions, thread) {
  const own = message.u?._id === me()?._id;
  const act = (name, icon, label, handler) => tool(icon, label, { "data-act": name, tabindex: -1, onclick: handler });
  return element(
    "div",
    { class: "bar", role: "group", "aria-label": "This message" },
    act("react", "smile", "React", (event) => actions.choose(message, event.currentTarget)),
    thread ? null : act("reply", "reply", "Reply in a thread", () => actions.open(message)),
    own ? act("edit", "edit", "Edit", () => actions.edit(message)) : null,
    own ? act("delete", "trash", "Delete", () => actions.remove(message)) : null,
  );
}
