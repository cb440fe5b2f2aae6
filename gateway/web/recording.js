// The record button: records, shows the time and the level, and asks for music when the recording ends.

import { addFiles, hasFiles, liveStart } from "./inputs.js";
import { say } from "./language.js";
import { sendLive } from "./live.js";
import { GOOD_SECONDS, LIMIT_SECONDS, startRecording } from "./recorder.js";

const part = (id) => document.getElementById(id);

/**
 * Makes the button work. `found(ask)` is called when a recording ends; `ask(hear, signal)` brings its playlist, and
 * rejects with anything but a `Problem` if it should be uploaded instead. `fail()` is called without a microphone.
 */
export function placeRecorder(found, fail) {
  let stop = null;
  part("record").addEventListener("click", async () => {
    if (stop) return stop();
    stop = () => {}; // a second click while the browser asks for the microphone
    try {
      stop = await record(() => { stop = null; }, found, fail);
      show(true);
    } catch {
      stop = null;
      fail();
    }
    return undefined;
  });
}

async function record(ended, found, fail) {
  const alone = !hasFiles(); // other files go with it in one upload
  let live = null;
  const pieces = [];
  const { kind, stop } = await startRecording({
    piece(blob) { if (live) live.piece(blob); else pieces.push(blob); },
    tick: drawLevel,
    done(file) {
      ended();
      show(false);
      if (!file.size) return fail(); // the microphone gave nothing
      addFiles([file]);
      if (alone) found((hear, signal) => (live ? live.finish(hear, signal) : Promise.reject(new Error("there is no connection"))));
      return undefined;
    },
  });
  if (alone) {
    live = opened({ ...liveStart(), content_type: kind });
    for (const blob of pieces.splice(0)) live?.piece(blob);
  }
  return stop;
}

/** A connection; null where the browser opens none, and the recording has to be uploaded. */
function opened(start) {
  try {
    return sendLive(start);
  } catch {
    return null;
  }
}

function show(isRecording) {
  const button = part("record");
  button.setAttribute("aria-pressed", String(isRecording));
  button.querySelector("span").textContent = say(isRecording ? "stop" : "record");
  part("recording").hidden = !isRecording;
  drawLevel(0, 0); // also at the end: the next recording begins with nothing of this one
}

function drawLevel(seconds, level) {
  part("level").value = level;
  part("recorded").textContent = `${Math.floor(seconds)} / ${LIMIT_SECONDS} s`;
  const advice = say(seconds < GOOD_SECONDS ? "recordMore" : "recordEnough");
  if (part("advice").textContent !== advice) part("advice").textContent = advice; // read aloud when it changes
}
