// The songs, each with its reason, its links, a player where the sound is held here, and feedback.

import { clock } from "./curves.js";
import { element, safeLink } from "./elements.js";
import { icon } from "./icons.js";
import { language, said, say } from "./language.js";
import { play } from "./player.js";
import { Problem, sendFeedback } from "./requests.js";

/** Draws the playlist; `more(track)` is called to ask for songs like one. */
export function drawPlaylist(playlist, more) {
  document.getElementById("playlist-title").textContent = said(playlist.title) || say("empty");
  const effects = playlist.items?.length ? [] : (playlist.filter_effects ?? []);
  document.getElementById("notes").replaceChildren(
    ...unsaid(playlist).map((note) => element("li", {}, said(note.message))),
    ...effects.map((effect) => element("li", {}, `${effect.filter}: ${effect.remaining ?? 0} ${say("left")}`)));
  document.getElementById("legend").replaceChildren(...legend(playlist.items ?? []));
  document.getElementById("songs").replaceChildren(
    ...(playlist.items ?? []).map((item, index) => song(item, index, playlist.id, more)));
}

/** The notes on the answer that do not stand beside one of the inputs already. */
function unsaid(playlist) {
  const beside = new Set((playlist.evidence ?? []).flatMap((evidence) => (evidence.notes ?? []).map((note) => said(note.message))));
  return (playlist.notes ?? []).filter((note) => !beside.has(said(note.message)));
}

function song(item, index, playlistId, more) {
  const track = item.track;
  const { tags, matched } = tagsOf(item);
  return element("li", {},
    element("span", { class: "rank" }, String(index + 1)),
    element("div", { class: "song" },
      element("h3", {}, track.title, element("span", {}, ` ${(track.artists ?? []).join(", ")}${track.year ? ` · ${track.year}` : ""}`)),
      element("p", { class: "reason" }, said(item.reason)),
      parts(item.components ?? []),
      element("ul", { class: "tags" }, tags.map((tag) => element("li", { class: matched.has(tag) ? "match" : null }, tag))),
      element("p", { class: "facts" }, passage(item), links(track), facts(track))),
    actions(item, playlistId, more));
}

function legend(items) {
  const used = new Set(items.flatMap((item) => (item.components ?? []).map((part) => part.component)));
  return Object.entries(say("parts")).filter(([part]) => used.has(part)).map(([part, name]) =>
    element("span", {}, element("i", { class: `part-${part}` }), name));
}

function tagsOf(item) {
  const [own, other] = language() === "ko" ? [item.track.tags_ko ?? [], item.track.tags_en ?? []] : [item.track.tags_en ?? [], item.track.tags_ko ?? []];
  // Lists of the same length name the same things in the same order.
  const translated = (tag) => (own.length === other.length ? own[other.indexOf(tag)] : undefined);
  const found = (item.matched_tags ?? []).map((tag) => (tag.language === language() ? tag.text : translated(tag.text)));
  const matched = new Set(found.filter(Boolean));
  return { tags: [...matched, ...own.filter((tag) => !matched.has(tag))].slice(0, 6), matched };
}

function parts(components) {
  const names = components.map((part) => `${say("parts")[part.component] ?? part.component} ${Math.round((part.share ?? 0) * 100)} %`);
  return element("div", { class: "parts", role: "img", "aria-label": names.join(", "), title: names.join(", ") },
    components.map((part) => {
      const bar = element("i", { class: `part-${part.component}` });
      bar.style.width = `${(part.share ?? 0) * 100}%`;
      return bar;
    }));
}

/** Plays the passage that is most like the sound that was given. */
function passage(item) {
  if (!item.end_seconds || !item.sound_path) return null;
  const from = item.start_seconds ?? 0;
  return element("button", { type: "button", class: "time", "aria-label": `${say("passage")}: ${item.track.title}, ${clock(from)}`, title: say("passage"), click: () => play(item.track, item.sound_path, from) },
    icon("play"), `${clock(from)}–${clock(item.end_seconds)}`);
}

const links = (track) => (track.links ?? []).filter((link) => safeLink(link.url)).map((link) =>
  element("a", { href: link.url, target: "_blank", rel: "noopener noreferrer" }, link.label));

function facts(track) {
  const all = [];
  if (track.tempo_bpm) all.push(`${Math.round(track.tempo_bpm)} ${say("bpm")}`);
  if (track.key) all.push(track.key);
  if (track.licence && !track.licence.startsWith("LicenseRef")) all.push(track.licence);
  return element("span", {}, all.join(" · "));
}

function actions(item, playlistId, more) {
  const name = item.track.title;
  const player = item.sound_path ? element("button", { type: "button", class: "play", "aria-label": `${say("play")}: ${name}`, click: () => play(item.track, item.sound_path) }, icon("play")) : null;
  const vote = (label, kind) => element("button", {
    type: "button", title: say(label), "aria-label": `${say(label)}: ${name}`, "aria-pressed": "false",
    click: (event) => void thank(event.currentTarget, item.track.id, kind, playlistId),
  }, icon(label));
  return element("div", { class: "actions" }, player,
    vote("like", "FEEDBACK_KIND_LIKE"), vote("dislike", "FEEDBACK_KIND_DISLIKE"),
    element("button", { type: "button", title: say("more"), "aria-label": `${say("more")}: ${name}`, click: () => more(item.track) }, icon("more")));
}

async function thank(button, trackId, kind, playlistId) {
  try {
    await sendFeedback(trackId, kind, playlistId);
    button.setAttribute("aria-pressed", "true");
    button.disabled = true;
    button.title = say("thanks");
  } catch (error) {
    button.title = error instanceof Problem ? error.message : say("offline");
  }
}

