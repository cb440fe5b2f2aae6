// Records from the microphone, up to 30 seconds, and shows how loud it is.

export const LIMIT_SECONDS = 30;
export const GOOD_SECONDS = 5;

const SLICE_MS = 400; // how often a piece is handed on while recording
const TICK_MS = 100;

/**
 * Starts to record. `hear.piece(blob)` gets the pieces as they come, `hear.tick(seconds, level)` the time and how
 * loud it is from 0 to 1, `hear.done(file)` the whole. Returns the MIME type, and a function that stops.
 */
export async function startRecording(hear) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const recorder = new MediaRecorder(stream);
  const meter = loudness(stream);
  const parts = [];
  const started = performance.now();
  const clock = setInterval(() => {
    const seconds = (performance.now() - started) / 1000;
    hear.tick(Math.min(seconds, LIMIT_SECONDS), meter.level());
    if (seconds >= LIMIT_SECONDS) stop();
  }, TICK_MS);
  const stop = () => { if (recorder.state !== "inactive") recorder.stop(); };
  recorder.addEventListener("dataavailable", (event) => {
    if (!event.data.size) return;
    parts.push(event.data);
    hear.piece(event.data);
  });
  recorder.addEventListener("stop", () => {
    clearInterval(clock);
    meter.close();
    for (const track of stream.getTracks()) track.stop();
    hear.done(new File(parts, `recording.${ending(kind)}`, { type: kind }));
  });
  recorder.start(SLICE_MS);
  const kind = recorder.mimeType.split(";")[0] || "audio/webm";
  return { kind, stop };
}

const ending = (kind) => (kind.endsWith("mp4") ? "m4a" : kind.split("/")[1]);

/** How loud a stream is: from 0 at -60 dB of full scale to 1 at 0 dB. */
function loudness(stream) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, each) => sum + each * each, 0) / samples.length;
      return Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-12)) / 60));
    },
    close: () => void context.close(),
  };
}
