// Sends a recording to the gateway while it is made.

import { Problem } from "./requests.js";

const PATH = "/v1/recommendations/recording";
const OPEN_MS = 5000; // how long a connection may take to open

/**
 * Opens a connection for one recording; `start` is its first message. Pieces wait until it is open. `finish` ends the
 * recording and calls `hear(event, data)` for each piece of news; it fails with a `Problem` if the gateway refuses,
 * with another error if the connection is lost.
 */
export function sendLive(start) {
  const socket = new WebSocket(new URL(PATH, location.href).href.replace(/^http/, "ws"));
  const waiting = [JSON.stringify(start)];
  const news = [];
  let listener = (message) => news.push(message);
  const is = (state) => socket.readyState === WebSocket[state];
  const send = (data) => { if (is("CONNECTING")) waiting.push(data); else if (is("OPEN")) socket.send(data); };
  setTimeout(() => { if (is("CONNECTING")) socket.close(); }, OPEN_MS);
  socket.addEventListener("open", () => { for (const data of waiting.splice(0)) socket.send(data); });
  socket.addEventListener("message", (message) => listener(JSON.parse(message.data)));
  socket.addEventListener("close", () => listener({ event: "closed" }));
  return {
    piece: send,
    finish: (hear, signal) => new Promise((resolve, reject) => {
      const stop = () => { socket.close(); reject(new DOMException("stopped", "AbortError")); };
      signal.addEventListener("abort", stop, { once: true });
      listener = ({ event, data }) => {
        if (event === "closed") return reject(new Error("the connection was lost"));
        if (event === "error") return reject(new Problem(data));
        hear(event, data);
        return event === "playlist" ? resolve() : undefined;
      };
      for (const message of news.splice(0)) listener(message);
      if (!is("CONNECTING") && !is("OPEN")) listener({ event: "closed" }); // a page's policy may close it without a word
      send(JSON.stringify({ end: true }));
    }),
  };
}
