// How the page hears of changes. It asks; realtime will take the place of `watch`, and nothing else will change.

import * as api from "./api.js";

const SHORTEST = 1_500; // milliseconds between two looks, after something happened
const LONGEST = 30_000; // when nothing happens
const HIDDEN = 60_000; // while nobody looks at the page
const GROWTH = 1.5;
const OVERLAP = 5_000; // clocks of servers differ a little: what is told twice changes nothing

/**
 * @typedef {{rooms?: {update: object[], remove: object[]}, subscriptions?: {update: object[], remove: object[]},
 *   messages?: {rid: string, updated: object[], deleted: object[]}}} Changes as the API tells them
 * @param {(changes: Changes) => void} tell
 * @param {{open: () => string | undefined, gone: (rid: string) => void, trouble: (problem: Error | null) => void}} page
 *   which room is open; that it may not be read any more; what is wrong with the connection, null when it is well
 * @returns {{soon: () => void, from: (moment: string) => void, stop: () => void}} `soon` after the person did
 *   something; `from`: the open room is known up to this moment ("": not yet)
 */
export function watch(tell, page) {
  const since = {};
  let known = ""; // up to when messages of the open room are known
  let pause = SHORTEST;
  let timer;
  let looking = false;
  let again = false;
  let stopped = false;

  async function changed(path, name) {
    const { update, remove } = await api.get(path, { updatedSince: since[name] });
    since[name] = newest([since[name], ...[...update, ...remove].map((one) => one._updatedAt || one._deletedAt)]);
    return update.length || remove.length ? { [name]: { update, remove } } : {};
  }

  async function changedMessages() {
    const rid = page.open();
    if (!rid || !known) return {};
    const lastUpdate = new Date(Date.parse(known) - OVERLAP).toISOString();
    let updated;
    let deleted;
    try {
      ({ result: { updated, deleted } } = await api.get("chat.syncMessages", { roomId: rid, lastUpdate }));
    } catch (problem) {
      if (!api.isClosed(problem)) throw problem;
      page.gone(rid);
      return {};
    }
    if (rid !== page.open() || !known) return {};
    known = newest([known, ...updated.map((one) => one._updatedAt), ...deleted.map((one) => one._deletedAt)]);
    return updated.length || deleted.length ? { messages: { rid, updated, deleted } } : {};
  }

  async function look() {
    const found = await Promise.all([
      changed("rooms.get", "rooms"),
      changed("subscriptions.get", "subscriptions"),
      changedMessages(),
    ]);
    if (stopped) return;
    page.trouble(null);
    const changes = Object.assign({}, ...found);
    pause = tell(changes) ? SHORTEST : Math.min(pause * GROWTH, LONGEST);
  }

  async function turn() {
    clearTimeout(timer);
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    again = false;
    try {
      await look();
    } catch (problem) {
      pause = Math.min(pause * 2, LONGEST);
      if (!stopped) page.trouble(problem);
    }
    looking = false;
    if (!stopped) timer = setTimeout(turn, again ? 0 : document.hidden ? HIDDEN : pause);
  }

  function soon() {
    pause = SHORTEST;
    turn();
  }

  const seen = () => document.hidden || soon();
  const lost = () => page.trouble(new api.Refusal(0));
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", soon);
  window.addEventListener("offline", lost);
  turn();
  return {
    soon,
    from(moment) {
      known = moment;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", soon);
      window.removeEventListener("offline", lost);
    },
  };
}

const newest = (moments) => moments.filter(Boolean).sort().at(-1);
