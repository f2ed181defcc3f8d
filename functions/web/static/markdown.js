// Draws the `md` tree of a message; of one without it, its text.

import { drawn as emoji } from "./emoji.js";
import { element, link } from "./elements.js";

const DEEPEST = 30;

/** Nodes for what a message says. */
export function drawn(message) {
  if (Array.isArray(message.md) && message.md.length) return message.md.map((block) => node(block, 0));
  return message.msg ? [element("p", {}, linked(message.msg))] : [];
}

/** A text with its addresses as links. */
export function linked(text) {
  return String(text).split(/(https?:\/\/[^\s<>"]+)/).map((part, n) => (n % 2 ? link(part, part) : part));
}

function all(value, depth) {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((part) => node(part, depth + 1));
}

function plain(value) {
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(plain).join("");
  return value && typeof value === "object" ? plain(value.value) : "";
}

const list = (value) => (Array.isArray(value) ? value : []);

const DRAW = {
  PARAGRAPH: (n, d) => element("p", {}, all(n.value, d)),
  // Below the headings of the page.
  HEADING: (n, d) => element("p", { class: `heading level${Math.min(4, Number(n.level) || 1)}` }, all(n.value, d)),
  BOLD: (n, d) => element("strong", {}, all(n.value, d)),
  ITALIC: (n, d) => element("em", {}, all(n.value, d)),
  STRIKE: (n, d) => element("del", {}, all(n.value, d)),
  SPOILER: (n, d) => element("details", { class: "spoiler" }, element("summary", {}, "Spoiler"), all(n.value, d)),
  INLINE_CODE: (n) => element("code", {}, plain(n.value)),
  CODE: (n) => element("pre", { tabindex: 0 }, element("code", {}, list(n.value).map(plain).join("\n"))),
  CODE_LINE: (n) => plain(n.value),
  QUOTE: (n, d) => element("blockquote", {}, all(n.value, d)),
  ORDERED_LIST: (n, d) => element("ol", { start: Number(list(n.value)[0]?.number) || null }, all(list(n.value), d)),
  UNORDERED_LIST: (n, d) => element("ul", {}, all(list(n.value), d)),
  LIST_ITEM: (n, d) => element("li", {}, all(n.value, d)),
  TASKS: (n, d) => element("ul", { class: "tasks" }, all(list(n.value), d)),
  TASK: (n, d) => element("li", {}, n.status ? "☑ " : "☐ ", all(n.value, d)),
  LINK: (n, d) => link(plain(n.value?.src), all(n.value?.label, d)),
  IMAGE: (n) => link(plain(n.value?.src), plain(n.value?.label) || plain(n.value?.src)),
  MENTION_USER: (n) => element("span", { class: "mention" }, `@${plain(n.value)}`),
  MENTION_CHANNEL: (n) => element("span", { class: "mention" }, `#${plain(n.value)}`),
  EMOJI: (n) => (n.unicode ? String(n.unicode) : emoji(plain(n.shortCode) || plain(n.value))),
  BIG_EMOJI: (n, d) => element("p", { class: "big" }, all(n.value, d)),
  LINE_BREAK: () => element("br"),
};

function node(given, depth) {
  const draw = depth < DEEPEST && Object.hasOwn(DRAW, given?.type) && DRAW[given.type];
  return draw ? draw(given, depth) : plain(given);
}
