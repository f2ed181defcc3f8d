// The public REST API, as any client uses it, and the login that this page holds. Nothing here knows the page.

const BASE = "/api/v1/";
const LOGIN = "pimentachat.login";
const ONE_REQUEST_MOST = 4_200_000; // bytes of a file that one request carries; larger ones go to the bucket by a form
const PATIENCE = 30_000; // milliseconds

/** What the server refused: `message` is a sentence for people, `type` its errorType. Status 0: out of reach. */
export class Refusal extends Error {
  constructor(status, body = {}) {
    super(sentence(status, body));
    this.status = status;
    this.type = body.errorType || body.error || "";
  }
}

/** Whether something is not there, or not for this person; else it may be asked for again. */
export const isClosed = ({ status }) => status >= 400 && status < 500 && status !== 401 && status !== 429;

function sentence(status, body) {
  if (status === 0) return "The server cannot be reached. Look at your connection and try again.";
  if (status === 401 && login) return "Your login has ended. Log in again.";
  if (status === 413) return "That is larger than the server takes. Send less at once.";
  if (status === 429) return `${plain(body)} Wait a little and try again.`;
  if (status >= 500) return "The server had trouble. Try again in a moment.";
  return plain(body) || `The server refused it (${status}).`;
}

/** The text of a refusal without the name that programs read: "... [error-not-allowed]". */
function plain(body) {
  const text = String(body.message || body.error || "").replace(/\s*\[[\w-]+\]\s*$/, "");
  return text && !/[.!?]$/.test(text) ? `${text}.` : text;
}

// ---- the login

let login = read(sessionStorage) || read(localStorage);

function read(storage) {
  try {
    const found = JSON.parse(storage.getItem(LOGIN));
    return found?.authToken && found.userId ? found : null;
  } catch {
    return null;
  }
}

export const me = () => login?.me;
export const loggedIn = () => Boolean(login);

/** Holds a login: for this tab, or with `stay` until somebody logs out. */
export function keep({ userId, authToken, me: { _id, username, name } }, stay) {
  drop();
  login = { userId, authToken, me: { _id, username, name } };
  (stay ? localStorage : sessionStorage).setItem(LOGIN, JSON.stringify(login));
  giveCookies();
}

export function drop() {
  login = null;
  for (const storage of [sessionStorage, localStorage]) storage.removeItem(LOGIN);
  giveCookies();
}

/**
 * Pictures and files are fetched by the browser itself, which sends no headers: for these paths alone the login is in
 * cookies too, of this tab as long as it is looked at (another one may belong to somebody else).
 */
export function giveCookies() {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  for (const path of ["/file-upload", "/avatar"]) {
    for (const [name, value] of [["rc_uid", login?.userId], ["rc_token", login?.authToken]]) {
      document.cookie = `${name}=${value || ""}; Path=${path}; SameSite=Strict${secure}${login ? "" : "; Max-Age=0"}`;
    }
  }
}

// ---- calls

export const headers = () => (login ? { "X-Auth-Token": login.authToken, "X-User-Id": login.userId } : {});

async function send(path, options) {
  let answer;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    answer = await fetch(BASE + path, { signal, ...options, headers: { ...options.headers, ...headers() } });
  } catch {
    throw new Refusal(0);
  }
  return checked(answer.status, await answer.json().catch(() => ({})));
}

function checked(status, body) {
  if (status >= 400 || status === 0 || body.success === false || body.status === "error") throw new Refusal(status, body);
  return body;
}

/** Values that are undefined or "" are left out of the query. */
export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given).toString();
  return send(text ? `${path}?${text}` : path, { method: "GET" });
}

export function post(path, body = {}) {
  return send(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export async function logIn(user, password, code, stay) {
  const { data } = await post("login", { user, password, ...(code ? { code } : {}) });
  keep(data, stay);
}

/**
 * Sends a file into a room, or with `tmid` into a thread of it; the answer has the `message`.
 * @param {{onProgress: (part: number) => void, signal: AbortSignal}} how `part` is from 0 to 1
 */
export async function upload(rid, file, tmid, how) {
  const thread = tmid ? { tmid } : {};
  if (file.size <= ONE_REQUEST_MOST) {
    return sendForm(`${BASE}rooms.upload/${rid}`, { ...thread, file }, headers(), how);
  }
  // Announced, posted to the bucket by a form, confirmed.
  const asked = { name: file.name, size: file.size, type: file.type || "application/octet-stream" };
  const { file: announced, upload: place } = await post(`rooms.media/${rid}`, asked);
  await sendForm(place.url, { ...place.fields, file }, {}, how);
  return post(`rooms.mediaConfirm/${rid}/${announced._id}`, thread);
}

/** `fetch` does not tell how far a body has come. */
function sendForm(address, fields, given, { onProgress, signal }) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    for (const [name, value] of Object.entries(given)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    request.addEventListener("load", () => {
      try {
        const json = request.getResponseHeader("Content-Type")?.includes("json");
        resolve(checked(request.status, json ? JSON.parse(request.responseText) : {}));
      } catch (problem) {
        reject(problem);
      }
    });
    request.addEventListener("error", () => reject(new Refusal(0)));
    request.addEventListener("abort", () => reject(new DOMException("Not sent", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

/** An id as the server makes them: a message that is sent again under it stays one message. */
export function newId() {
  const letters = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";
  return Array.from(crypto.getRandomValues(new Uint32Array(17)), (n) => letters[n % letters.length]).join("");
}
