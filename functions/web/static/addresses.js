// Which room an address of this page shows, and at which address a room is: those that mails and quotes link to.

import * as rooms from "./rooms.js";

const KINDS = { channel: "c", group: "p", direct: "d" };

/**
 * @param {{pathname: string, search: string}} address a Location or a link
 * @returns {{invite: string} | {kind: "c" | "p" | "d", name: string, msg: string | null} | null} null: no room
 */
export function read({ pathname, search }) {
  const [, place, given] = /^\/(channel|group|direct|invite)\/([^/]+)$/.exec(pathname) || [];
  const name = given && decoded(given);
  if (!name) return null;
  if (place === "invite") return { invite: name };
  return { kind: KINDS[place], name, msg: new URLSearchParams(search).get("msg") };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** @param {string} [msg] the id of a message in it */
export function of(room, msg) {
  const place = Object.keys(KINDS).find((one) => KINDS[one] === room.t) || "channel";
  const at = msg ? `?msg=${encodeURIComponent(msg)}` : "";
  return `/${place}/${encodeURIComponent(rooms.addressed(room))}${at}`;
}
