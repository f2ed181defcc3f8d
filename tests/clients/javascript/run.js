// node run.js <script> <server> <password>: runs a tour and prints the calls that it made, each line `METHOD path status`.
"use strict";

const [, , script, server, password] = process.argv;
const calls = new Set();
const plain = globalThis.fetch;

globalThis.fetch = async (address, options = {}) => {
  const answer = await plain(address, options);
  const path = new URL(address).pathname.replace(/^\/api\/(v1\/)?/, "");
  calls.add(`${options.method ?? "GET"} ${path} ${answer.status}`);
  return answer;
};

require(`./${script}`)(server, password).then(
  () => console.log([...calls].join("\n")),
  (problem) => {
    console.error([...calls].join("\n"), problem);
    process.exitCode = 1;
  },
);
