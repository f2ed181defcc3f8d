// Elements made of text. What a person wrote becomes text nodes and attributes, never HTML.

const ICONS = new URL("icons.svg", import.meta.url).pathname;
const SVG = "http://www.w3.org/2000/svg";

export const at = (id) => document.getElementById(id);

/** `element("a", {href, class: "x", onclick: f}, "text", otherElement, null)`. Attributes that are absent or false are left out. */
export function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside.flat(3).filter((part) => part !== null && part !== undefined && part !== ""));
  return made;
}

/** A button that shows an icon of icons.svg and says `label`. */
export function tool(icon, label, attributes) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${ICONS}#${icon}`);
  drawing.append(use);
  return element("button", { type: "button", class: "tool", title: label, "aria-label": label, ...attributes }, drawing);
}

/** The address if a link may lead there: http, https or a path of this server. */
export function safe(address) {
  try {
    const place = new URL(address, location.origin);
    return ["http:", "https:"].includes(place.protocol) ? place.href : undefined;
  } catch {
    return undefined;
  }
}

/** The address if it is one of this server: pictures of others are not loaded, they would tell who reads when. */
export function ours(address) {
  const found = safe(address);
  return found && new URL(found).origin === location.origin ? found : undefined;
}

/** A link, or only its text where it leads nowhere that it may. */
export function link(address, ...inside) {
  const href = safe(address);
  if (!href) return element("span", {}, inside);
  return element("a", { href, rel: "noopener noreferrer", target: "_blank" }, inside);
}

/** The picture of a person; its letter where there is none. */
export function picture(username, address) {
  const made = element("img", { class: "picture", alt: "", loading: "lazy", width: 36, height: 36 });
  made.src = (address && ours(address)) || (username ? `/avatar/${encodeURIComponent(username)}` : "/favicon.ico");
  return made;
}
