// The colour of a mood: where it lies on the plane tells the hue, how far from the middle the strength.

// Hues by angle from "pleasant", against the clock: orange for joy, red for tension, blue for sadness, green for calm.
const HUES = [[-180, 285], [-135, 240], [-45, 155], [45, 40], [135, -15], [180, -75]];

/** A CSS colour for a point on the plane; grey in the middle. */
export function colourAt(valence, arousal) {
  const angle = (Math.atan2(arousal, valence) * 180) / Math.PI;
  const strength = Math.min(1, Math.hypot(valence, arousal));
  return `hsl(${hueAt(angle).toFixed(0)} ${(20 + 60 * strength).toFixed(0)}% ${(58 - 8 * strength).toFixed(0)}%)`;
}

function hueAt(angle) {
  const next = HUES.findIndex(([end]) => angle <= end);
  const [[from, first], [to, second]] = [HUES[Math.max(next - 1, 0)], HUES[Math.max(next, 1)]];
  return first + ((second - first) * (angle - from)) / (to - from);
}

/** The strongest moods of a list of scores, strongest first; faint ones are left out. */
export function strongest(scores, count = 2, least = 0.25) {
  return [...(scores ?? [])].filter((each) => (each.score ?? 0) >= least)
    .sort((a, b) => b.score - a.score).slice(0, count).map((each) => each.mood);
}
