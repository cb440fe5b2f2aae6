// What an input feels like, in the labels of another vocabulary.

import { element } from "./elements.js";
import { language, said, say } from "./language.js";

const MOST_SHOWN = 5;
const LEAST_SCORE = 0.1;

let known = []; // { name, en, ko }, as the gateway lists them

/** Remembers which vocabularies there are. */
export function knowVocabularies(all) {
  known = all ?? [];
}

/** Their names in the page's language, by the name they are asked for. */
export const vocabularyNames = () => Object.fromEntries(known.map((each) => [each.name, each[language()]]));

/** One list for each vocabulary: its strongest labels, as wide as they are felt. */
export function labelLists(told) {
  return (told ?? []).map((each) => {
    const name = vocabularyNames()[each.taxonomy] ?? each.taxonomy;
    const shown = (each.labels ?? []).filter((label) => label.score >= LEAST_SCORE).slice(0, MOST_SHOWN);
    return element("section", { class: "labels", "aria-label": name },
      element("h4", {}, name),
      shown.length ? element("ul", {}, shown.map(row)) : element("p", { class: "detail" }, say("noLabel")));
  });
}

function row(label) {
  const name = said(label.name) || label.label;
  return element("li", {}, element("span", {}, name),
    element("meter", { min: 0, max: 1, value: label.score.toFixed(2), "aria-label": name }),
    element("span", { class: "score" }, label.score.toFixed(2)));
}
