// @rocket.chat/sdk, whose REST part is what mobile apps and bots call. Its socket is not for us: see docs/clients.md.
"use strict";

const assert = require("node:assert/strict");
const { default: Api } = require("@rocket.chat/sdk/lib/api/RocketChat");

const silent = { debug() {}, info() {}, error() {}, warn() {} };

async function main(server, password) {
  const client = new Api({ host: server, logger: silent });
  client.logger = silent;

  await client.login({ user: "admin", password });
  assert.equal(client.username, "admin");
  assert.equal((await client.get("me")).username, "admin");
  assert.ok(await client.info());

  const { channel } = await client.post("channels.create", { name: "by-sdk" });
  const message = await client.sendMessage("The roses bloom", channel._id);
  assert.equal(message.msg, "The roses bloom");
  await client.editMessage({ ...message, msg: "All the roses bloom" });
  await client.setReaction(":rose:", message._id);
  const missed = await client.loadHistory(channel._id, new Date("2020-01-01"));
  const found = missed.updated.find((each) => each._id === message._id);
  assert.equal(found.msg, "All the roses bloom");
  assert.deepEqual(found.reactions, { ":rose:": { usernames: ["admin"] } });
  assert.equal((await client.channelInfo({ roomId: channel._id }))._id, channel._id);
  const { group } = await client.post("groups.create", { name: "by-sdk-too" });
  assert.equal((await client.privateInfo({ roomName: "by-sdk-too" }))._id, group._id);
  const person = { email: "frank@example.org", name: "Frank", password: "franks-secret", username: "frank" };
  await client.post("users.create", person);
  assert.equal((await client.createDirectMessage("frank")).t, "d");

  const frank = new Api({ host: server, logger: silent });
  frank.logger = silent;
  await frank.login({ username: "frank", password: "franks-secret" });
  await frank.joinRoom({ rid: channel._id });
  assert.equal((await frank.get("channels.info", { roomId: channel._id })).channel.usersCount, 2);
  // leaveRoom() sends `rid`, which no server knows there.
  await assert.rejects(frank.leaveRoom(channel._id), (answer) => answer.status === 400);
  await frank.post("rooms.leave", { roomId: channel._id });
  assert.equal((await frank.get("channels.info", { roomId: channel._id })).channel.usersCount, 1);
  await frank.post("push.token", { type: "gcm", value: "a-device", appName: "chat.garden" });
  await frank.del("push.token", { token: "a-device" });
  await assert.rejects(frank.get("channels.info", { roomId: "nowhere" }), (answer) => answer.status === 400);
  await frank.logout();
}

module.exports = main;
