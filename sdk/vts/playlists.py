"""Playlists as files other players read."""

from __future__ import annotations

from vts.gateway.v1 import gateway_service_pb2 as pb


def m3u(playlist: pb.Playlist, web_address: str) -> str:
    """The playlist as extended M3U (UTF-8); songs with neither sound nor link are comments.

    Args:
        playlist: What a gateway answered.
        web_address: The gateway's address for browsers, where the sounds it holds are played from.
    """
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(playlist.title.en)}"]
    for item in playlist.items:
        track = item.track
        seconds = round(track.duration_seconds) or -1
        lines.append(f"#EXTINF:{seconds},{_line(', '.join(track.artists))} - {_line(track.title)}")
        lines.append(_location(item, web_address))
    return "\n".join(lines) + "\n"


def _location(item: pb.PlaylistItem, web_address: str) -> str:
    if item.sound_path:
        return f"{web_address.rstrip('/')}{item.sound_path}"
    return item.track.links[0].url if item.track.links else "# no address is known"


def _line(text: str) -> str:
    return " ".join(text.split())
