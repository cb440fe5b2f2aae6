// Talks to the gateway's REST face.

/** A refusal or a failure, as the gateway or the network told it. */
export class Problem extends Error {
  constructor(document) {
    super(document.detail || document.title || "");
    this.fields = document.field_violations ?? [];
    this.reason = document.reason ?? "";
    this.readable = document.metadata?.readable ?? "";
  }
}

/** Sends the inputs; calls `hear(event, data)` for each piece of news until the playlist has come. */
export async function recommend(form, hear, signal) {
  const response = await fetch("/v1/recommendations", {
    method: "POST", body: form, signal, headers: { accept: "text/event-stream" },
  });
  if (!response.ok) throw new Problem(await problemOf(response));
  for await (const { event, data } of events(response.body)) {
    if (event === "error") throw new Problem(data);
    hear(event, data);
  }
}

/** A GET that answers JSON. */
export async function get(path, signal) {
  const response = await fetch(path, { signal, headers: { accept: "application/json" } });
  if (!response.ok) throw new Problem(await problemOf(response));
  return response.json();
}

/** Tells what a listener thought of a song. */
export async function sendFeedback(trackId, kind, playlistId) {
  const response = await fetch("/v1/feedback", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user_id: listener(), track_id: trackId, kind, playlist_id: playlistId }),
  });
  if (!response.ok) throw new Problem(await problemOf(response));
}

/** A name for this browser that says nothing about who uses it. */
export function listener() {
  const known = localStorage.getItem("vts.listener");
  if (known) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  localStorage.setItem("vts.listener", made);
  return made;
}

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return { title: `${response.status} ${response.statusText}` };
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value.replaceAll("\r\n", "\n");
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const lines = block.split("\n");
      const event = lines.find((line) => line.startsWith("event:"))?.slice(6).trim();
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
      if (event && data) yield { event, data: JSON.parse(data) };
    }
  }
}
