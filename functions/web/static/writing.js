// The two message boxes: of the room and of the thread. What one types, and files on their way.

import * as api from "./api.js";
import { editLast, learned, open } from "./conversation.js";
import { at, element, tool } from "./elements.js";

const AT_ONCE = 10; // files

/** @param {{attempt: Function, soon: Function, say: Function}} page */
export function begin(page) {
  for (const form of document.querySelectorAll(".composer")) beginForm(form, page);
}

function beginForm(form, page) {
  const text = form.querySelector("textarea");
  const files = form.querySelector("input[type=file]");
  const tmid = () => (form.dataset.place === "thread" ? open.thread : undefined);
  let draft = ""; // the id under which the text is sent: the same when it is sent again
  let busy = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (text.value.trim() && !busy) page.attempt(send);
  });

  async function send() {
    busy = true;
    try {
      const said = text.value;
      const place = { rid: open.rid, ...(tmid() ? { tmid: tmid() } : {}) };
      const [, command, params] = /^\/([\w-]+)(?:\s+([\s\S]*))?$/.exec(said) || [];
      if (command) {
        await api.post("commands.run", { command, params: params || "", roomId: place.rid, ...(place.tmid ? { tmid: place.tmid } : {}) });
      } else {
        draft ||= api.newId();
        const { message } = await api.post("chat.sendMessage", { message: { _id: draft, msg: said, ...place } });
        learned(message);
      }
      draft = "";
      if (text.value === said) {
        text.value = "";
        text.style.height = "";
      }
      page.soon();
    } finally {
      busy = false;
      text.focus();
    }
  }

  if (!CSS.supports("field-sizing", "content")) {
    text.addEventListener("input", () => {
      text.style.height = "auto";
      text.style.height = `${text.scrollHeight}px`;
    });
  }

  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key === "ArrowUp" && !text.value) {
      event.preventDefault();
      editLast(tmid());
    }
  });

  // ---- files: chosen, dropped or pasted

  form.querySelector(".attach").addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    sendAll([...files.files]);
    files.value = "";
  });
  text.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) {
      event.preventDefault();
      sendAll([...event.clipboardData.files]);
    }
  });
  const pane = form.parentElement;
  pane.addEventListener("dragover", (event) => event.preventDefault());
  pane.addEventListener("drop", (event) => {
    event.preventDefault();
    if (open.rid) sendAll([...event.dataTransfer.files]);
  });

  function sendAll(some) {
    if (some.length > AT_ONCE) return page.say(`At most ${AT_ONCE} files at once. Choose fewer.`);
    return some.forEach(sendFile);
  }

  function sendFile(file) {
    const place = [open.rid, file, tmid()];
    const stopper = new AbortController();
    const bar = element("progress", { max: 1, value: 0, "aria-label": `How much of ${file.name} is sent` });
    const row = element("li", {}, element("span", { class: "name" }, file.name), bar, tool("close", `Do not send ${file.name}`, { onclick: () => stopper.abort() }));
    form.querySelector(".sending").append(row);
    const how = { signal: stopper.signal, onProgress: (part) => (bar.value = part) };
    page.attempt(async () => {
      try {
        const { message } = await api.upload(...place, how);
        learned(message);
        page.soon();
      } finally {
        row.remove();
      }
    });
  }
}

/** Lets go of what was typed: another room, another draft. */
export function clear(place) {
  at(place).value = "";
}
