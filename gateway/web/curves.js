// How a video moves and how light it is, as a picture over time.

import { drawing, element } from "./elements.js";
import { say } from "./language.js";
import { colourAt } from "./moods.js";

const WIDTH = 1000;
const HEIGHT = 100;
const BAR = 14; // the strip below the curves, coloured by mood
const KINDS = { SOUND_KIND_SPEECH: "speech", SOUND_KIND_MUSIC: "music", SOUND_KIND_SILENCE: "silence", SOUND_KIND_OTHER: "other" };

/** What is heard, by the page's own word for it; empty if nobody told. */
export const soundName = (kind) => KINDS[kind] ?? "";

/** The curves of a video with its scenes below them; while it is watched, steps made of the scenes. */
export function curves(scenes, meanings, evidence) {
  const seconds = Math.max(length(evidence?.motion), ...scenes.map((scene) => scene.end_seconds ?? 0));
  if (!seconds) return null;
  const x = (at) => (WIDTH * at) / seconds;
  const light = points(evidence?.brightness, scenes, "brightness").map(([at, value]) => [x(at), y(value)]);
  const moves = points(evidence?.motion, scenes, "motion").map(([at, value]) => [x(at), y(value)]);
  const svg = drawing("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + BAR}`, preserveAspectRatio: "none", role: "img", "aria-label": spoken(scenes, seconds) },
    light.length ? drawing("path", { class: "light", d: `M${light[0][0]},${HEIGHT} L${joined(light)} L${light.at(-1)[0]},${HEIGHT} Z` }) : null,
    moves.length ? drawing("path", { class: "motion", d: `M${joined(moves)}` }) : null,
    scenes.flatMap((scene, index) => strip(scene, meanings[index], x)));
  return element("figure", { class: "curves" }, svg, element("figcaption", {},
    key("motion"), key("light"), element("span", { class: "length" }, clock(seconds))));
}

/** A time as people read it: 0:42, 1:02:03. */
export function clock(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds % 60)];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const y = (value) => HEIGHT - 4 - (HEIGHT - 8) * Math.min(1, Math.max(0, value));
const joined = (places) => places.map(([left, top]) => `${left.toFixed(1)},${top.toFixed(1)}`).join(" L");
const length = (curve) => (curve?.values?.length ?? 0) * (curve?.step_seconds ?? 0);
const key = (name) => element("span", {}, element("i", { class: name }), say(name));

function points(curve, scenes, name) {
  if (curve?.values?.length) return curve.values.map((value, index) => [(index + 0.5) * curve.step_seconds, value]);
  return scenes.flatMap((scene) => [[scene.start_seconds ?? 0, scene[name] ?? 0], [scene.end_seconds ?? 0, scene[name] ?? 0]]);
}

function strip(scene, meaning, x) {
  const left = x(scene.start_seconds ?? 0);
  const affect = meaning?.affect ?? scene.description?.affect;
  const fill = affect ? colourAt(affect.valence ?? 0, affect.arousal ?? 0) : "none";
  return [
    drawing("rect", { class: "strip", x: left, y: HEIGHT, width: Math.max(x(scene.end_seconds ?? 0) - left, 1), height: BAR, fill }),
    left > 0 ? drawing("line", { class: "cut", x1: left, x2: left, y1: 0, y2: HEIGHT + BAR }) : null,
  ];
}

function spoken(scenes, seconds) {
  const mean = (name) => scenes.reduce((sum, scene) => sum + (scene[name] ?? 0) * ((scene.end_seconds ?? 0) - (scene.start_seconds ?? 0)), 0) / seconds;
  const percent = (name) => `${Math.round(100 * mean(name))} %`;
  return `${say("timeline")}: ${clock(seconds)}, ${say("motion")} ${percent("motion")}, ${say("light")} ${percent("brightness")}`;
}
