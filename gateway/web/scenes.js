// The scenes of a video: a timeline that grows while it is watched.

import { clock, curves, soundName } from "./curves.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { foreign, language, said, say } from "./language.js";
import { colourAt, strongest } from "./moods.js";

/** The timeline of a video. `seek(seconds)` is called for a scene that is chosen; `known` are all moods. */
export function timeline(scenes, evidence, known, seek) {
  if (!scenes?.length) return null;
  const meanings = evidence?.scene_meanings ?? [];
  return element("section", { class: "timeline", "aria-label": say("timeline") },
    curves(scenes, meanings, evidence),
    element("ol", { class: "scenes", tabindex: 0, "aria-label": say("scenes") },
      scenes.map((scene, index) => row(scene, meanings[index], known, seek))),
    happenings(evidence?.events, seek));
}

/** The same while the video is still watched: scenes are added as they come. */
export function growingTimeline(seek) {
  const scenes = [];
  const picture = element("div", {});
  // Only what is added is read aloud.
  const list = element("ol", { class: "scenes growing", "aria-label": say("scenes"), tabindex: 0 });
  const log = element("div", { role: "log", "aria-live": "polite" }, list);
  const box = element("section", { class: "timeline", "aria-label": say("timeline") }, picture, log);
  return {
    box,
    add(scene) {
      scenes.push(scene);
      picture.replaceChildren(curves(scenes, [], null) ?? "");
      list.append(row(scene, null, [], seek));
      list.scrollTop = list.scrollHeight;
    },
  };
}

function row(scene, meaning, known, seek) {
  const start = scene.start_seconds ?? 0;
  const item = element("li", {},
    element("button", { type: "button", class: "time", "aria-label": `${say("showFrom")} ${clock(start)}`, click: () => seek(start) },
      `${clock(start)}–${clock(scene.end_seconds ?? 0)}`),
    element("div", {},
      element("p", {}, captionsOf(scene).join(" ")),
      meaning ? element("p", { class: "chips" }, sound(meaning.sound_kind), moodChips(meaning, known)) : null));
  const affect = meaning?.affect ?? scene.description?.affect;
  if (affect) item.style.borderInlineStartColor = colourAt(affect.valence ?? 0, affect.arousal ?? 0);
  return item;
}

function captionsOf(scene) {
  const captions = (scene.captions ?? []).map((each) => said(each.sentence)).filter(Boolean);
  const all = captions.length ? captions : [said(scene.description?.caption)].filter(Boolean);
  return all.map((text) => (/[.!?…]$/.test(text) ? text : `${text}.`));
}

function sound(kind) {
  const name = soundName(kind);
  return name ? element("span", { class: `heard ${name}` }, icon(name), say("sounds")[name]) : null;
}

function moodChips(meaning, known) {
  return strongest(meaning.moods).map((id) => {
    const mood = known.find((each) => each.id === id);
    const dot = element("i", {});
    if (mood) dot.style.background = colourAt(mood.valence, mood.arousal);
    return element("span", { class: "chip" }, dot, (language() === "ko" && mood?.korean) || id);
  });
}

/** Says which language it is where it cannot be the chosen one. */
function caption(both) {
  const lang = foreign(both);
  return element("span", { lang }, said(both), lang ? element("small", {}, ` (${say("languages")[lang]})`) : null);
}

function happenings(events, seek) {
  if (!events?.length) return null;
  return element("details", { class: "events" }, element("summary", {}, say("events")),
    element("ul", {}, events.map((event) => element("li", {},
      element("button", { type: "button", class: "time", click: () => seek(event.start_seconds ?? 0) },
        `${clock(event.start_seconds ?? 0)}–${clock(event.end_seconds ?? 0)}`), caption(event.caption)))));
}
