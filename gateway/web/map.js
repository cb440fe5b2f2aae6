// The map of the catalogue: every song a point, near to those that sound like it.

import { element } from "./elements.js";
import { said, say } from "./language.js";
import { get } from "./requests.js";

// The colour of the n-th group: hues that lie apart, in turn lighter and darker.
const groupColour = (index) => `hsl(${(25 + index * 137.5) % 360} ${index % 2 ? 62 : 74}% ${[54, 46, 62][index % 3]}%)`;

const MARGIN = 14;
const REACH = 18; // how near, in pixels, the pointer must be
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The dot that stands for the n-th group. */
export function dot(index) {
  const mark = element("i", { class: "dot" });
  mark.style.background = groupColour(index);
  return mark;
}

/** Draws the map into a box; `actions` are `more(track)` and `play(track)`. Returns what stops it. */
export function drawMap(box, map, actions) {
  const colours = new Map(map.groups.map((group, index) => [group.id, groupColour(index)]));
  const places = (map.points ?? []).map((point) => ({ ...point, x: point.x ?? 0, y: point.y ?? 0, left: 0, top: 0 }));
  const canvas = element("canvas", { tabindex: 0, role: "application", "aria-label": say("mapLabel"), "aria-describedby": "map-hint" });
  const tip = element("p", { class: "tip", "aria-hidden": "true", hidden: true });
  const chosen = element("div", { id: "chosen", "aria-live": "polite" });
  const state = { hovered: null, chosen: null, group: null };
  const legend = element("ul", { class: "legend" }, map.groups.map((group, index) => legendItem(group, index, state, () => paint(true))));
  box.replaceChildren(element("p", { id: "map-hint", class: "hint" }, say("mapHint")), element("div", { class: "canvas" }, canvas, tip), chosen, legend);

  const layer = document.createElement("canvas"); // all songs, drawn anew only when they look otherwise
  const paint = (anew = false) => {
    if (fit(canvas, layer, places) || anew) paintSongs(layer, places, colours, state.group);
    paintMarks(canvas, layer, colours, state);
  };
  const choose = (place) => {
    state.chosen = place;
    paint();
    if (place) showChosen(chosen, place, map, actions);
  };
  const hover = (event) => {
    const place = nearest(places, event.offsetX, event.offsetY);
    if (place === state.hovered) return;
    state.hovered = place;
    canvas.style.cursor = place ? "pointer" : "default";
    showTip(tip, place, canvas);
    paint();
  };
  canvas.addEventListener("pointermove", hover);
  canvas.addEventListener("pointerleave", () => { state.hovered = null; showTip(tip, null); paint(); });
  canvas.addEventListener("click", (event) => choose(nearest(places, event.offsetX, event.offsetY) ?? state.chosen));
  canvas.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (way && places.length) choose(state.chosen ? beside(state.chosen, way, places) : middle(places));
    else if (event.key === "Enter" && state.chosen) actions.more({ id: state.chosen.track_id, title: state.chosen.title });
    else return;
    event.preventDefault();
  });
  const sizes = new ResizeObserver(() => paint());
  sizes.observe(canvas);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const repaint = () => paint(true);
  scheme.addEventListener("change", repaint);
  return { close() { sizes.disconnect(); scheme.removeEventListener("change", repaint); } };
}

/** Makes the canvases as large as they are shown, and places the songs; tells whether that was needed. */
function fit(canvas, layer, places) {
  const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
  if (canvas.width === Math.round(width * scale) && canvas.height === Math.round(height * scale)) return false;
  for (const each of [canvas, layer]) {
    Object.assign(each, { width: Math.round(width * scale), height: Math.round(height * scale) });
    each.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
  }
  for (const place of places) {
    place.left = MARGIN + ((place.x + 1) / 2) * (width - 2 * MARGIN);
    place.top = MARGIN + ((1 - place.y) / 2) * (height - 2 * MARGIN);
  }
  return true;
}

const radiusOf = (count) => (count > 5000 ? 1.6 : count > 1000 ? 2.6 : count > 200 ? 4 : 6);

function paintSongs(layer, places, colours, group) {
  const pen = layer.getContext("2d");
  pen.clearRect(0, 0, layer.width, layer.height);
  for (const place of places) {
    pen.globalAlpha = group && place.group_id !== group ? 0.12 : 0.85;
    pen.fillStyle = colours.get(place.group_id) ?? "gray";
    disc(pen, place, radiusOf(places.length));
  }
}

function paintMarks(canvas, layer, colours, state) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  if (layer.width) pen.drawImage(layer, 0, 0, canvas.clientWidth, canvas.clientHeight);
  pen.strokeStyle = getComputedStyle(canvas).color;
  for (const [place, line] of [[state.hovered, 1.5], [state.chosen, 3]]) {
    if (!place) continue;
    pen.fillStyle = colours.get(place.group_id) ?? "gray";
    disc(pen, place, 8);
    pen.lineWidth = line;
    pen.stroke();
  }
}

function disc(pen, place, radius) {
  pen.beginPath();
  pen.arc(place.left, place.top, radius, 0, 2 * Math.PI);
  pen.fill();
}

function nearest(places, x, y) {
  let best = null;
  let least = REACH;
  for (const place of places) {
    const distance = Math.hypot(place.left - x, place.top - y);
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}

/** The song one comes to in a direction: near, and not far off the line. */
function beside(from, [right, down], places) {
  let best = from;
  let least = Infinity;
  for (const place of places) {
    const [x, y] = [place.left - from.left, place.top - from.top];
    const along = x * right + y * down;
    const off = Math.abs(x * down) + Math.abs(y * right);
    if (along > 0.5 && off <= 2 * along && along + 2 * off < least) [best, least] = [place, along + 2 * off];
  }
  return best;
}

const middle = (places) => places.reduce((best, place) => (Math.hypot(place.x, place.y) < Math.hypot(best.x, best.y) ? place : best));

function showTip(tip, place, canvas) {
  tip.hidden = !place;
  if (!place) return;
  tip.textContent = `${place.title} · ${place.artists ?? ""}`;
  tip.style.left = `${Math.min(place.left, canvas.clientWidth - 150)}px`;
  tip.style.top = `${place.top + 14}px`;
}

function showChosen(box, place, map, actions) {
  const group = map.groups.find((each) => each.id === place.group_id);
  const track = { id: place.track_id, title: place.title, artists: [place.artists ?? ""] };
  const buttons = element("div", { class: "actions" },
    element("button", { type: "button", click: () => actions.more(track) }, say("more")));
  box.replaceChildren(element("p", {}, element("strong", {}, place.title), ` ${place.artists ?? ""}`,
    group ? element("span", { class: "hint" }, ` · ${said(group.name)}`) : null), buttons);
  void addPlay(buttons, track, actions);
}

/** Adds a play button once it is known that the song is held here. */
async function addPlay(buttons, track, actions) {
  const known = await get(`/v1/tracks/${encodeURIComponent(track.id)}`).catch(() => null);
  if (known?.has_sound && buttons.isConnected) buttons.prepend(element("button", { type: "button", class: "play-chosen", click: () => actions.play(known) }, say("play")));
}

function legendItem(group, index, state, paint) {
  return element("li", {}, element("button", {
    type: "button", class: "quiet", "aria-pressed": "false",
    click: (event) => {
      const button = event.currentTarget;
      const isOn = state.group !== group.id;
      for (const each of button.closest("ul").querySelectorAll("button")) each.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", String(isOn));
      state.group = isOn ? group.id : null;
      paint();
    },
  }, dot(index), said(group.name)));
}
