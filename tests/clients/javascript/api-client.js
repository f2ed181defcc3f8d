// @rocket.chat/api-client, the REST client of web clients: logs in, talks, uploads, is refused.
"use strict";

const assert = require("node:assert/strict");
const { RestClient } = require("@rocket.chat/api-client");

async function main(server, password) {
  const client = new RestClient({ baseUrl: server, credentials: undefined });

  const { status, data } = await client.post("v1/login", { user: "admin", password });
  assert.equal(status, "success");
  client.setCredentials({ "X-User-Id": data.userId, "X-Auth-Token": data.authToken });
  assert.equal((await client.get("v1/me")).username, "admin");
  assert.equal((await client.get("info")).info.version, "1.0.0");

  const { channel } = await client.post("v1/channels.create", { name: "by-api-client", members: [] });
  const { message } = await client.post("v1/chat.postMessage", { roomId: channel._id, text: "The roses bloom" });
  await client.post("v1/chat.react", { messageId: message._id, emoji: ":rose:", shouldReact: true });
  const history = await client.get("v1/channels.history", { roomId: channel._id, count: 10 });
  const found = history.messages.find((each) => each._id === message._id);
  assert.deepEqual(found.reactions, { ":rose:": { usernames: ["admin"] } });
  const members = await client.get("v1/channels.members", { roomId: channel._id, "status[]": "offline" });
  assert.equal(members.total, members.members.length);

  const form = new FormData();
  form.append("file", new Blob(["Twelve roses"], { type: "text/plain" }), "plan.txt");
  const { file } = await client.post(`v1/rooms.media/${channel._id}`, form);
  const confirmed = await client.post(`v1/rooms.mediaConfirm/${channel._id}/${file._id}`, { msg: "the plan" });
  assert.equal(confirmed.message.file.name, "plan.txt");

  const invite = await client.post("v1/findOrCreateInvite", { rid: channel._id, days: 1, maxUses: 5 });
  await client.delete(`v1/removeInvite/${invite._id}`);
  const hook = { type: "webhook-incoming", username: "rocket.cat", channel: "#general", enabled: true };
  const made = await client.post("v1/integrations.create", { ...hook, name: "news", scriptEnabled: false });
  const changed = { ...hook, name: "old news", scriptEnabled: false, integrationId: made.integration._id };
  assert.equal((await client.put("v1/integrations.update", changed)).integration.name, "old news");

  const { users } = await client.get("v1/users.list", { count: 100 });
  assert.ok(users.some((each) => each.username === "admin"));
  await assert.rejects(client.get("v1/channels.info", { roomId: "nowhere" }), (answer) => answer.status === 400);
  await client.post("v1/logout");
  await assert.rejects(client.get("v1/me"), (answer) => answer.status === 401);
}

module.exports = main;
