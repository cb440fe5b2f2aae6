// The page's pictograms, drawn: a listener's system may have no emoji.

import { drawing } from "./elements.js";

const PATHS = {
  photo: "M4 7h3l2-2h6l2 2h3a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z M12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  microphone: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z M6 11a6 6 0 0 0 12 0 M12 17v4 M9 21h6",
  moment: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5l3.5 2",
  play: "M8 5.5v13l10.5-6.5z",
  like: "M7 11v9H4v-9z M7 11l4-7a2 2 0 0 1 2.5 2.200L13 10h5.5a1.5 1.5 0 0 1 1.5 1.800l-1.300 6.700a1.800 1.800 0 0 1-1.800 1.5H7",
  dislike: "M7 13V4H4v9z M7 13l4 7a2 2 0 0 0 2.5-2.200L13 14h5.5a1.5 1.5 0 0 0 1.5-1.800l-1.300-6.700A1.800 1.800 0 0 0 16.900 4H7",
  more: "M3 9c3-4 6-4 9 0s6 4 9 0 M3 16c3-4 6-4 9 0s6 4 9 0",
  speech: "M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8l-4 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z M8 9h8 M8 12h5",
  music: "M9 18V6l10-2v11 M9 18a2.500 2.500 0 1 1-2.500-2.500A2.500 2.500 0 0 1 9 18z M19 15a2.500 2.500 0 1 1-2.500-2.500A2.500 2.500 0 0 1 19 15z",
  silence: "M4 10v4h3l4 4V6L7 10z M15 10l5 5 M20 10l-5 5",
  other: "M4 12h1 M8 9v6 M12 6v12 M16 9v6 M20 12h-1",
  remove: "M6 6l12 12 M18 6L6 18",
};

/** A pictogram; it says nothing to screen readers, so what it stands on needs a name. */
export const icon = (name) => drawing("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, drawing("path", { d: PATHS[name] }));

/** Puts pictograms before whatever is marked with data-icon. */
export function placeIcons() {
  for (const node of document.querySelectorAll("[data-icon]")) node.prepend(icon(node.dataset.icon));
}
