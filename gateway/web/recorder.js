// Records from the microphone, up to 30 seconds.

const LIMIT_SECONDS = 30;

/** Starts to record; `done` gets the file, `tick` the seconds so far. Returns a function that stops. */
export async function startRecording(done, tick) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const recorder = new MediaRecorder(stream);
  const parts = [];
  const started = performance.now();
  const clock = setInterval(() => {
    const seconds = (performance.now() - started) / 1000;
    tick(seconds);
    if (seconds >= LIMIT_SECONDS) stop();
  }, 250);
  const stop = () => { if (recorder.state !== "inactive") recorder.stop(); };
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    clearInterval(clock);
    for (const track of stream.getTracks()) track.stop();
    const type = recorder.mimeType.split(";")[0] || "audio/webm";
    done(new File(parts, `recording.${type.endsWith("mp4") ? "m4a" : type.split("/")[1]}`, { type }));
  });
  recorder.start(1000);
  return stop;
}
