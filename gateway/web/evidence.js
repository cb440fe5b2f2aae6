// What VTS understood of each input.

import { clock } from "./curves.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { language, said, say } from "./language.js";
import { previewOf } from "./inputs.js";
import { labelLists } from "./labels.js";
import { play } from "./player.js";
import { growingTimeline, timeline } from "./scenes.js";

const MOST_PHRASES = 5; // strongest first; a car with a child in the rain has a dozen
const LEAST_SCORE = 0.25; // less sure tags still count a little, but say little to a reader

/** Draws one card for each input; `moods` are all there are, `pick(group)` asks for the music of a group. */
export function drawEvidence(box, all, moods, pick) {
  const ordered = [...all].sort((a, b) => (a.input_index ?? 0) - (b.input_index ?? 0));
  box.replaceChildren(...ordered.map((evidence) => card(evidence, moods, pick)));
}

/** Cards for videos that are still watched: `add` news of a scene, `end` one, `redraw` all. */
export function growingEvidence(box) {
  const cards = new Map(); // by input: the news, and what draws them
  box.replaceChildren();
  return {
    add(news) {
      const index = news.input_index ?? 0;
      if (!cards.has(index)) cards.set(index, { all: [], made: growingCard(box, index) });
      cards.get(index).all.push(news);
      cards.get(index).made.add(news.scene);
    },
    end(index) {
      cards.get(index)?.made.card.remove();
      cards.delete(index);
    },
    redraw() {
      const before = [...cards.values()].flatMap(({ all }) => all);
      cards.clear();
      box.replaceChildren();
      for (const news of before) this.add(news);
    },
  };
}

function growingCard(box, index) {
  const picture = preview({ input_index: index }, "VIDEO");
  const line = growingTimeline(seeking(picture));
  const node = element("article", { class: picture ? "evidence" : "evidence bare" }, picture,
    element("div", {}, element("h3", {}, say("kinds").VIDEO), element("p", {}, say("watching"))), line.box);
  box.append(node);
  return { card: node, add: line.add };
}

function card(evidence, moods, pick) {
  const kind = (evidence.kind ?? "").replace("INPUT_KIND_", "");
  const picture = preview(evidence, kind);
  const text = element("div", {},
    element("h3", {}, say("kinds")[kind] ?? ""),
    element("p", {}, said(evidence.summary)),
    found(evidence.matches),
    swatches(evidence.description?.dominant_colors),
    list(tagsOf(evidence)),
    why(evidence, kind),
    details(evidence),
    labelLists(evidence.taxonomies),
    belongs(evidence, kind, pick),
    (evidence.phrases ?? []).slice(0, MOST_PHRASES).map((phrase) => element("p", { class: "detail" }, `${said(phrase.text)} — ${said(phrase.reason)}`)),
    (evidence.notes ?? []).map((note) => element("p", { class: "note" }, said(note.message))));
  return element("article", { class: picture ? "evidence" : "evidence bare" }, picture, text,
    timeline(evidence.scenes, evidence, moods, seeking(picture)));
}

/** Why words were read as they were. */
function why(evidence, kind) {
  const reason = kind === "TEXT" ? said(evidence.reading?.reason) : "";
  return reason ? element("p", { class: "detail" }, reason) : null;
}

/** The songs in which a sound was found, with how sure that is and how it was played. */
function found(matches) {
  if (!matches?.length) return null;
  return element("ul", { class: "found" }, matches.map((match) => {
    const [from, to] = [match.start_seconds ?? 0, match.end_seconds ?? 0];
    return element("li", {},
      match.sound_path ? element("button", { type: "button", class: "play", "aria-label": `${say("playFrom")} ${clock(from)}: ${match.track.title}`, click: () => play(match.track, match.sound_path, from) }, icon("play")) : null,
      element("div", {},
        element("strong", {}, `${say("found")}: ${match.track.title}`),
        element("span", {}, ` – ${say("fromTo")(clock(from), clock(to))}, ${say("sure")(Math.round(100 * (match.confidence ?? 0)))}`),
        element("small", {}, played(match))));
  }));
}

/** How a recording differs from the song, where it does. */
function played(match) {
  const faster = Math.round(100 * ((match.tempo_ratio || 1) - 1));
  const higher = Math.round(match.transposition_semitones ?? 0);
  return [faster ? say(faster > 0 ? "faster" : "slower")(Math.abs(faster)) : "", higher ? say(higher > 0 ? "higher" : "lower")(Math.abs(higher)) : ""].filter(Boolean).join(" · ");
}

/** The group that a sound belongs to, to be picked. */
function belongs(evidence, kind, pick) {
  const group = kind === "AUDIO" ? evidence.group : null;
  return group ? element("p", { class: "detail" }, `${say("soundsLike")} `,
    element("button", { type: "button", class: "time", click: () => pick(group) }, said(group.name))) : null;
}

function preview(evidence, kind) {
  const file = previewOf(evidence.input_index ?? 0);
  if (kind === "PHOTO" && file) return element("img", { src: file.url, alt: "" });
  if (kind === "VIDEO" && file) return element("video", { src: `${file.url}#t=${telling(evidence.scenes)}`, muted: true, controls: true, preload: "metadata" });
  return null;
}

/** The middle of the longest scene, whose picture tells more than the first, which is often black. */
function telling(scenes) {
  const seconds = (scene) => (scene.end_seconds ?? 0) - (scene.start_seconds ?? 0);
  const longest = [...(scenes ?? [])].sort((a, b) => seconds(b) - seconds(a))[0];
  return longest ? ((longest.start_seconds ?? 0) + seconds(longest) / 2).toFixed(1) : 0;
}

function tagsOf(evidence) {
  const words = wordsOf(evidence.keywords);
  if (evidence.scenes?.length > 1 && words.length) return words;
  const tags = evidence.description?.tags ?? [];
  const sure = tags.filter((tag, index) => index < 3 || tag.score >= LEAST_SCORE);
  if (tags.length) return sure.slice(0, 10).map((tag) => (language() === "ko" && tag.korean_name) || tag.name);
  if (evidence.phrases?.length) return []; // they say the same, with reasons
  return (evidence.keywords ?? []).slice(0, 10).map((word) => word.text);
}

/** The weightiest words in the page's language; a video's scenes tell more than its tags. */
const wordsOf = (keywords) => (keywords ?? []).filter((word) => word.language === language()).slice(0, 10).map((word) => word.text);

/** Shows the place of a scene in the preview of its video. */
const seeking = (picture) => (seconds) => {
  if (!(picture instanceof HTMLVideoElement)) return;
  picture.currentTime = seconds;
  picture.scrollIntoView({ block: "nearest" });
};

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
  if (sound?.duration_seconds) facts.push(clock(sound.duration_seconds));
  return facts.length ? element("p", { class: "detail" }, facts.join(" · ")) : null;
}
