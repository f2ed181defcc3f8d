// Names of emoji and what they look like: those that the picker offers, and those that the workspace has of its own.

import { element } from "./elements.js";

export const OFFERED = new Map([
  ["+1", "👍"], ["-1", "👎"], ["heart", "❤️"], ["joy", "😂"], ["tada", "🎉"], ["eyes", "👀"], ["white_check_mark", "✅"], ["pray", "🙏"],
  ["smile", "😄"], ["grin", "😁"], ["wink", "😉"], ["blush", "😊"], ["heart_eyes", "😍"], ["kissing_heart", "😘"], ["sunglasses", "😎"], ["thinking", "🤔"],
  ["neutral_face", "😐"], ["expressionless", "😑"], ["unamused", "😒"], ["rolling_eyes", "🙄"], ["smirk", "😏"], ["confused", "😕"], ["cry", "😢"], ["sob", "😭"],
  ["angry", "😠"], ["rage", "😡"], ["scream", "😱"], ["flushed", "😳"], ["sleeping", "😴"], ["sweat_smile", "😅"], ["relieved", "😌"], ["yum", "😋"],
  ["clap", "👏"], ["wave", "👋"], ["raised_hands", "🙌"], ["muscle", "💪"], ["ok_hand", "👌"], ["v", "✌️"], ["point_up", "☝️"], ["handshake", "🤝"],
  ["fire", "🔥"], ["rocket", "🚀"], ["star", "⭐"], ["sparkles", "✨"], ["100", "💯"], ["warning", "⚠️"], ["question", "❓"], ["x", "❌"],
  ["hot_pepper", "🌶️"], ["coffee", "☕"], ["beer", "🍺"], ["pizza", "🍕"], ["cake", "🍰"], ["rose", "🌹"], ["sunny", "☀️"], ["bug", "🐛"],
]);
const ALIASES = new Map([
  ["thumbsup", "+1"], ["thumbsdown", "-1"], ["slight_smile", "smile"], ["slightly_smiling_face", "smile"], ["smiley", "smile"],
  ["laughing", "grin"],
]);

let custom = new Map();

/** @param {{name: string, extension: string, aliases?: string[]}[]} list of emoji-custom.list */
export function learn(list) {
  custom = new Map(list.flatMap((one) => [one.name, ...(one.aliases || [])].map((name) => [name, `${one.name}.${one.extension}`])));
}

/** What an emoji looks like, by its name without colons: a text or a picture. */
export function drawn(name) {
  const sign = OFFERED.get(name) || OFFERED.get(ALIASES.get(name));
  if (sign) return sign;
  const file = custom.get(name);
  if (!file) return `:${name}:`;
  return element("img", { class: "emoji", src: `/emoji-custom/${encodeURIComponent(file)}`, alt: `:${name}:` });
}

/**
 * Lets somebody choose one, at the button that asked. Escape closes it and gives the focus back.
 * @param {(name: string) => void} chosen
 */
export function choose(picker, button, chosen) {
  const pick = (name) => () => {
    picker.hidePopover();
    chosen(name);
  };
  const names = [...OFFERED.keys(), ...new Set([...custom.values()].map((file) => file.replace(/\.\w+$/, "")))];
  picker.replaceChildren(...names.map((name) =>
    element("button", { type: "button", "aria-label": name.replaceAll("_", " "), title: `:${name}:`, onclick: pick(name) }, drawn(name))));
  picker.showPopover();
  const { top, right, bottom } = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = picker;
  picker.style.left = `${Math.max(8, Math.min(right - width, innerWidth - width - 8))}px`;
  picker.style.top = `${bottom + height + 8 < innerHeight ? bottom + 4 : Math.max(8, top - height - 4)}px`;
  picker.firstElementChild.focus();
}

/** Arrow keys in the picker. */
export function walk(event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
  const all = [...event.currentTarget.children];
  const next = all[all.indexOf(document.activeElement) + steps[event.key]];
  if (!(event.key in steps)) return;
  event.preventDefault();
  next?.focus();
}
