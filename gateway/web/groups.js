// Groups of songs that sound alike: a row to pick a mood from, and the map of the catalogue.

import { element } from "./elements.js";
import { said, say } from "./language.js";
import { dot, drawMap } from "./map.js";
import { get } from "./requests.js";

const part = (id) => document.getElementById(id);
let map = null; // the groups, and the songs on their map once it was opened
let shown = null;

/** Gets the groups; without any, the page does without them. `actions` are `pick(group)`, `more(track)`, `play(track)`. */
export async function loadGroups(actions) {
  map = (await get("/v1/groups")).map ?? null;
  part("map").addEventListener("toggle", () => void openMap(actions));
  drawGroups(actions);
}

/** Draws the row, and the map if it is open, in the chosen language. */
export function drawGroups(actions) {
  part("groups").hidden = !map?.groups?.length;
  if (!map) return;
  part("group-row").replaceChildren(...map.groups.map((group, index) => element("li", {},
    element("button", { type: "button", class: "group", "data-group": group.id, click: () => actions.pick(group) },
      dot(index), said(group.name), element("small", {}, String(group.tracks ?? 0))))));
  shown?.close();
  shown = part("map").open && map.points?.length ? drawMap(part("map-box"), map, actions) : null;
}

async function openMap(actions) {
  if (!part("map").open || !map) return;
  if (!map.points?.length) {
    part("map-box").replaceChildren(element("p", { class: "hint" }, say("mapLoading")));
    try {
      map = (await get("/v1/groups?include_points=true")).map ?? map;
    } catch {
      part("map-box").replaceChildren(element("p", { class: "note" }, say("offline")));
      return;
    }
  }
  drawGroups(actions);
}
