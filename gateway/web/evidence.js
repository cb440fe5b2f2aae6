// What VTS understood of each input.

import { element } from "./elements.js";
import { language, said, say } from "./language.js";
import { previewOf } from "./inputs.js";

const LEAST_SCORE = 0.25; // less sure tags still count a little, but say little to a reader

/** Draws one card for each input. */
export function drawEvidence(box, all) {
  const ordered = [...all].sort((a, b) => (a.input_index ?? 0) - (b.input_index ?? 0));
  box.replaceChildren(...ordered.map(card));
}

function card(evidence) {
  const kind = (evidence.kind ?? "").replace("INPUT_KIND_", "");
  const picture = preview(evidence, kind);
  const text = element("div", {},
    element("h3", {}, say("kinds")[kind] ?? ""),
    element("p", {}, said(evidence.summary)),
    swatches(evidence.description?.dominant_colors),
    list(tagsOf(evidence)),
    details(evidence),
    scenes(evidence.scenes),
    (evidence.phrases ?? []).map((phrase) => element("p", { class: "detail" }, `${said(phrase.text)} — ${said(phrase.reason)}`)),
    (evidence.notes ?? []).map((note) => element("p", { class: "note" }, said(note.message))));
  return element("article", { class: picture ? "evidence" : "evidence bare" }, picture, text);
}

function preview(evidence, kind) {
  const file = previewOf(evidence.input_index ?? 0);
  if (kind === "PHOTO" && file) return element("img", { src: file.url, alt: "" });
  if (kind === "VIDEO" && file) return element("video", { src: file.url, muted: true, controls: true, preload: "metadata" });
  return null;
}

function tagsOf(evidence) {
  const tags = evidence.description?.tags ?? [];
  const sure = tags.filter((tag, index) => index < 3 || tag.score >= LEAST_SCORE);
  if (tags.length) return sure.slice(0, 10).map((tag) => (language() === "ko" && tag.korean_name) || tag.name);
  return (evidence.keywords ?? []).slice(0, 10).map((word) => word.text);
}

const list = (words) => (words.length ? element("ul", { class: "tags" }, words.map((word) => element("li", {}, word))) : null);

function swatches(colours) {
  if (!colours?.length) return null;
  const parts = colours.map((colour) => {
    const part = element("span", { title: colour.name });
    part.style.background = /^#[0-9a-f]{6}$/i.test(colour.hex) ? colour.hex : "transparent";
    part.style.flexGrow = colour.share ?? 0;
    return part;
  });
  return element("div", { class: "swatches", role: "img", "aria-label": `${say("colours")}: ${colours.map((colour) => colour.name).join(", ")}` }, parts);
}

function details(evidence) {
  const facts = [];
  if (evidence.description?.face_count) facts.push(`${say("faces")}: ${evidence.description.face_count}`);
  const sound = evidence.sound;
  if (sound?.tempo?.bpm) facts.push(`${Math.round(sound.tempo.bpm)} ${say("bpm")}`);
  if (sound?.key?.tonic) facts.push(`${sound.key.tonic} ${sound.key.mode}`);
  if (sound?.duration_seconds) facts.push(`${sound.duration_seconds.toFixed(1)} s`);
  return facts.length ? element("p", { class: "detail" }, facts.join(" · ")) : null;
}

function scenes(all) {
  if (!all?.length) return null;
  return element("ul", { class: "scenes" }, all.map((scene) => element("li", {},
    element("b", {}, `${clock(scene.start_seconds ?? 0)}–${clock(scene.end_seconds ?? 0)}`), said(scene.description?.caption))));
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
