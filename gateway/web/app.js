// The page: listens to the composer, asks the gateway, shows what comes.

import { addFiles, drawChoices, drawInputs, groupRequest, options, request, showCar } from "./inputs.js";
import { drawEvidence, growingEvidence } from "./evidence.js";
import { drawGroups, loadGroups } from "./groups.js";
import { placeIcons } from "./icons.js";
import { knowVocabularies } from "./labels.js";
import { said, say, toggleLanguage, writeTexts } from "./language.js";
import { drawPlane } from "./plane.js";
import { drawPlaylist } from "./playlist.js";
import { play } from "./player.js";
import { placeRecorder } from "./recording.js";
import { Problem, get, recommend } from "./requests.js";

const part = (id) => document.getElementById(id);
const state = { moods: [], catalogue: null, evidence: [], playlist: null, work: null, watching: null };
const actions = {
  pick: (group) => void work((signal) => recommend(groupRequest(group), hear, signal)),
  more: (track) => void work((signal) => similar(track, signal)),
  play: (track) => play(track, `/v1/tracks/${encodeURIComponent(track.id)}/sound`),
};

function draw() {
  writeTexts();
  drawChoices(state.catalogue);
  drawInputs();
  drawGroups(actions);
  drawResults();
  state.watching?.redraw();
}

function drawResults() {
  const { evidence, playlist } = state;
  part("seen").hidden = !evidence.length && !part("watching").childElementCount;
  drawEvidence(part("evidence"), evidence, state.moods, actions.pick);
  part("plane").hidden = !playlist?.affect;
  if (playlist?.affect) drawPlane(part("plane"), state.moods, playlist);
  part("playlist").hidden = !playlist;
  if (playlist) drawPlaylist(playlist, actions.more);
}

function showProblem(error) {
  const lines = error instanceof Problem
    ? [...new Set([error.message, ...error.fields.map((field) => `${field.field}: ${field.description}`), error.readable && `${say("readable")}: ${error.readable}`])].filter(Boolean)
    : [say("offline")];
  part("problem").replaceChildren(...lines.map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  }));
  part("problem").hidden = false;
}

function hear(event, data) {
  if (event === "progress") {
    part("stage").textContent = said(data.message);
    part("progress").value = data.fraction ?? 0;
  } else if (event === "scene") {
    state.watching.add(data);
    part("seen").hidden = false;
  } else if (event === "evidence") {
    state.evidence.push(data);
    state.watching.end(data.input_index ?? 0);
    drawResults();
  } else if (event === "playlist") {
    state.playlist = data;
    state.evidence = data.evidence?.length ? data.evidence : state.evidence;
  }
}

async function work(task) {
  state.work?.abort();
  const controller = new AbortController();
  state.work = controller;
  Object.assign(state, { evidence: [], playlist: null, watching: growingEvidence(part("watching")) });
  part("problem").hidden = true;
  part("stage").textContent = say("starting");
  part("progress").removeAttribute("value");
  part("status").hidden = false;
  part("go").disabled = true;
  drawResults();
  try {
    await task(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) showProblem(error);
  } finally {
    if (state.work === controller) finish();
  }
}

function finish() {
  state.work = null;
  part("status").hidden = true;
  part("go").disabled = false;
  part("watching").replaceChildren();
  drawResults();
  if (state.playlist) part("results").focus({ preventScroll: true });
  if (state.playlist) part("seen").scrollIntoView({ block: "nearest" });
}

async function similar(track, signal) {
  const wanted = options();
  const answer = await get(`/v1/tracks/${encodeURIComponent(track.id)}/similar?${new URLSearchParams([["limit", wanted.limit], ...wanted.taxonomies.map((name) => ["taxonomy", name])])}`, signal);
  hear("playlist", answer.playlist ?? answer);
}

/** The music for a recording that was sent while it was made; if the way was cut, it is uploaded. */
async function recorded(ask, signal) {
  try {
    await ask(hear, signal);
  } catch (error) {
    if (signal.aborted || error instanceof Problem) throw error;
    state.evidence = [];
    await recommend(request(), hear, signal);
  }
}

function listen() {
  part("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = request();
    if (!form) return showProblem(new Problem({ detail: say("noInput") }));
    void work((signal) => recommend(form, hear, signal));
    return undefined;
  });
  part("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    part("composer").requestSubmit();
  });
  part("files").addEventListener("change", (event) => { addFiles(event.target.files); event.target.value = ""; });
  placeRecorder((ask) => void work((signal) => recorded(ask, signal)), () => showProblem(new Problem({ detail: say("noMicrophone") })));
  part("moment").addEventListener("click", () => {
    const box = part("situation");
    box.hidden = !box.hidden;
    part("moment").setAttribute("aria-expanded", String(!box.hidden));
  });
  part("situation").addEventListener("input", showCar);
  part("cancel").addEventListener("click", () => state.work?.abort());
  part("language").addEventListener("click", () => { toggleLanguage(); draw(); });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    part("composer").addEventListener(kind, (event) => {
      event.preventDefault();
      part("composer").classList.toggle("over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") addFiles(event.dataTransfer.files);
    });
  }
}

async function begin() {
  placeIcons();
  listen();
  draw();
  try {
    const { moods, taxonomies } = await get("/v1/moods");
    state.moods = moods;
    knowVocabularies(taxonomies);
    state.catalogue = (await get("/v1/status")).catalogue;
    await loadGroups(actions);
  } catch (error) {
    showProblem(error);
  }
  drawChoices(state.catalogue);
}

void begin();
