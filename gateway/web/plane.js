// The moods as a picture on the valence/arousal plane.

import { drawing, element } from "./elements.js";
import { language, say } from "./language.js";
import { colourAt } from "./moods.js";

const SIZE = 340;
const MARGIN = 26;
const x = (valence) => MARGIN + ((valence + 1) / 2) * (SIZE - 2 * MARGIN);
const y = (arousal) => MARGIN + ((1 - arousal) / 2) * (SIZE - 2 * MARGIN);

/** Draws the 13 moods, as large as they are wanted, the point looked for, and a ring for each input. */
export function drawPlane(figure, moods, playlist) {
  const scores = Object.fromEntries((playlist.moods ?? []).map((each) => [each.mood, each.score ?? 0]));
  const svg = drawing("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": say("planeLabel") },
    drawing("rect", { class: "frame", x: MARGIN, y: MARGIN, width: SIZE - 2 * MARGIN, height: SIZE - 2 * MARGIN, rx: 10 }),
    drawing("line", { class: "axis", x1: MARGIN, x2: SIZE - MARGIN, y1: SIZE / 2, y2: SIZE / 2 }),
    drawing("line", { class: "axis", y1: MARGIN, y2: SIZE - MARGIN, x1: SIZE / 2, x2: SIZE / 2 }),
    axisName(SIZE / 2, 16, say("excited")), axisName(SIZE / 2, SIZE - 8, say("still")),
    axisName(SIZE - 12, SIZE / 2, say("pleasant"), 90), axisName(12, SIZE / 2, say("unpleasant"), -90),
    moods.map((mood) => moodDot(mood, scores[mood.id] ?? 0)),
    (playlist.evidence ?? []).flatMap((each) => journey(each.scene_meanings ?? [])),
    (playlist.evidence ?? []).flatMap((each) => ring(each, playlist.affect)), point(playlist.affect),
    moods.map((mood) => moodName(mood, scores[mood.id] ?? 0)));
  const hasScenes = (playlist.evidence ?? []).some((each) => each.scene_meanings?.length > 1);
  figure.replaceChildren(svg, element("figcaption", {}, say("planeCaption"), hasScenes ? ` ${say("planeScenes")}` : null));
}

function axisName(left, top, text, turn = 0) {
  return drawing("text", { class: "axis-name", x: left, y: top, "text-anchor": "middle", transform: turn ? `rotate(${turn} ${left} ${top})` : null }, text);
}

const radius = (score) => 2 + 13 * Math.sqrt(score);

function moodDot(mood, score) {
  const dot = drawing("circle", { class: "mood", cx: x(mood.valence), cy: y(mood.arousal), r: radius(score), opacity: 0.25 + 0.6 * score });
  dot.style.fill = colourAt(mood.valence, mood.arousal);
  return dot;
}

function moodName(mood, score) {
  const left = Math.min(Math.max(x(mood.valence), MARGIN + 30), SIZE - MARGIN - 30);
  const kind = score >= 0.25 ? "mood-name" : "mood-name faint";
  const top = y(mood.arousal) + (mood.arousal < 0 ? 12 + radius(score) : -3 - radius(score));
  return drawing("text", { class: kind, x: left, y: top }, language() === "ko" ? mood.korean : mood.id);
}

/** The scenes of a video as a path, each coloured as on its timeline. */
function journey(meanings) {
  const places = meanings.filter((each) => each.affect).map(({ affect }) => [affect.valence ?? 0, affect.arousal ?? 0]);
  if (places.length < 2) return [];
  const path = drawing("polyline", { class: "journey", points: places.map(([valence, arousal]) => `${x(valence)},${y(arousal)}`).join(" ") });
  return [path, ...places.map(([valence, arousal]) => {
    const dot = drawing("circle", { class: "scene-point", cx: x(valence), cy: y(arousal), r: 4 });
    dot.style.fill = colourAt(valence, arousal);
    return dot;
  })];
}

function ring(evidence, goal) {
  const affect = evidence.affect;
  if (!affect || evidence.reading?.comparative) return [];
  const [left, top] = [x(affect.valence ?? 0), y(affect.arousal ?? 0)];
  return [
    goal ? drawing("line", { class: "reach", x1: left, y1: top, x2: x(goal.valence ?? 0), y2: y(goal.arousal ?? 0) }) : null,
    drawing("circle", { class: "input-point", cx: left, cy: top, r: 6 }),
  ];
}

const point = (affect) => (affect ? drawing("circle", { class: "point", cx: x(affect.valence ?? 0), cy: y(affect.arousal ?? 0), r: 6.5 }) : null);
