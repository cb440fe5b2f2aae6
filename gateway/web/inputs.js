// What the listener gives: files, recordings, words, a situation, a song; and how it is sent.

import { element } from "./elements.js";
import { icon } from "./icons.js";
import { vocabularyNames } from "./labels.js";
import { language, say } from "./language.js";
import { listener } from "./requests.js";

const files = []; // { file, url, weight }

/** Adds files; kinds the gateway does not read are refused by it, with a reason. */
export function addFiles(list) {
  for (const file of list) files.push({ file, url: URL.createObjectURL(file), weight: 1 });
  drawInputs();
}

/** Address of the preview of the n-th file. */
export const previewOf = (index) => files[index];

/** Whether there are files among the inputs. */
export const hasFiles = () => files.length > 0;

/** Draws the list of files, each with its weight. */
export function drawInputs() {
  document.getElementById("inputs").replaceChildren(...files.map(row));
}

function row(entry) {
  const { file, url } = entry;
  const picture = file.type.startsWith("image/") ? element("img", { src: url, alt: "" })
    : file.type.startsWith("video/") ? element("video", { src: url, muted: true, preload: "metadata" })
      : element("audio", { src: url, controls: true, preload: "metadata" });
  const weight = element("input", {
    type: "range", min: 0, max: 1, step: 0.1, value: entry.weight,
    input: (event) => { entry.weight = Number(event.target.value); },
  });
  const remove = element("button", {
    type: "button", class: "quiet", "aria-label": `${say("remove")}: ${file.name}`,
    click: () => { URL.revokeObjectURL(url); files.splice(files.indexOf(entry), 1); drawInputs(); },
  }, icon("remove"));
  return element("li", {}, picture, element("span", { class: "name" }, file.name),
    element("label", {}, say("weight"), weight), remove);
}

const CABIN = ["people", "driving_minutes", "child", "sleeper", "open"];
const RIDING_KMH = 25; // from here on somebody sits in a car, unless a place says otherwise
const PUBLIC = ["train", "bus", "airport"];

/** The situation as the gateway wants it; empty if nothing is set. What is not shown is not told. */
export function situation() {
  const box = document.getElementById("situation");
  if (box.hidden) return {};
  const [result, cabin] = [{}, {}];
  for (const field of box.querySelectorAll("input, select")) {
    if (field.closest("[hidden]")) continue;
    const value = field.type === "checkbox" ? field.checked : field.type === "number" && field.value ? Number(field.value) : field.value;
    if (value !== "" && value !== false) (CABIN.includes(field.name) ? cabin : result)[field.name] = value;
  }
  return Object.keys(cabin).length ? { ...result, cabin } : result;
}

/** Shows what is asked about a car only where somebody drives. */
export function showCar() {
  const value = (name) => document.querySelector(`#situation [name="${name}"]`).value;
  const rides = Number(value("speed_kmh")) >= RIDING_KMH && !PUBLIC.includes(value("place"));
  document.getElementById("car").hidden = !(value("activity") === "driving" || ["car", "motorway"].includes(value("place")) || rides);
}

/** What goes before a recording that is sent while it is made: the options, and the words and situation along with it. */
export function liveStart() {
  const inputs = [];
  const words = document.getElementById("words").value.trim();
  if (words) inputs.push({ text: words });
  const moment = situation();
  if (Object.keys(moment).length) inputs.push({ situation: moment });
  return { options: options(), inputs };
}

/** The request for the music of a group. */
export function groupRequest(group) {
  const form = new FormData();
  form.append("group_id", group.id);
  form.append("options", JSON.stringify(options()));
  return form;
}

/** The whole request, or null if nothing was given. */
export function request() {
  const form = new FormData();
  const weights = [];
  for (const { file, weight } of files) {
    form.append("media", file, file.name);
    weights.push(weight);
  }
  const words = document.getElementById("words").value.trim();
  if (words) { form.append("text", words); weights.push(1); }
  const moment = situation();
  if (Object.keys(moment).length) { form.append("situation", JSON.stringify(moment)); weights.push(1); }
  if (!weights.length) return null;
  form.append("weights", JSON.stringify(weights));
  form.append("options", JSON.stringify(options()));
  return form;
}

/** Length, filters and variety. */
export function options() {
  const value = (name) => document.querySelector(`#options [name="${name}"]`).value.trim();
  const filters = {};
  if (value("language")) filters.languages = [value("language")];
  if (value("genre")) filters.genres = [value("genre").toLowerCase()];
  if (value("year_from")) filters.year_from = Number(value("year_from"));
  if (value("year_to")) filters.year_to = Number(value("year_to"));
  if (value("licence")) filters.licences = [value("licence")];
  if (document.querySelector('#options [name="playable"]').checked) filters.only_with_sound = true;
  const taxonomies = value("taxonomy") ? [value("taxonomy")] : [];
  return { taxonomies, limit: Number(value("limit")) || 10, diversity: Number(value("diversity")), filters, user_id: listener() };
}

/** Fills the choices of the situation and the options, in the chosen language. */
export function drawChoices(catalogue) {
  fill("weather", say("weathers"));
  fill("activity", say("actions"));
  fill("place", say("places"));
  fill("company", say("companies"), say("any"), true);
  fill("traffic", say("traffics"), say("any"), true);
  fill("language", say("languages"));
  fill("taxonomy", vocabularyNames(), say("none"));
  fill("licence", Object.fromEntries(Object.keys(catalogue?.licences ?? {}).filter((name) => !name.startsWith("LicenseRef")).map((name) => [name, name])));
  document.getElementById("genres").replaceChildren(
    ...Object.keys(catalogue?.genres ?? {}).sort().map((name) => element("option", { value: name })));
}

function fill(name, choices, without = say("any"), inOrder = false) {
  const select = document.querySelector(`select[name="${name}"]`);
  const before = select.value;
  const sorted = Object.entries(choices);
  if (!inOrder) sorted.sort((a, b) => a[1].localeCompare(b[1], language()));
  select.replaceChildren(element("option", { value: "" }, without),
    ...sorted.map(([value, label]) => element("option", { value }, label)));
  select.value = before;
}
