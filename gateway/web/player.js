// Plays what is held here, from any place.

/** Plays a song from its path, from some second on. */
export function play(track, path, seconds = 0) {
  const sound = document.getElementById("sound");
  sound.src = seconds > 0 ? `${path}#t=${seconds.toFixed(1)}` : path;
  document.getElementById("playing").textContent = `${track.title} · ${(track.artists ?? []).join(", ")}`;
  document.getElementById("player").hidden = false;
  void sound.play().catch(() => {}); // refused autoplay leaves the controls
}
