"""Reads videos: packets first, then only the frames worth looking at; divides them into scenes.

`reading` is what runs in the process that decodes; the service itself needs only the names below,
which import no decoder.
"""

from services.captioner.videos.limits import DEMUXERS, VideoLimits

__all__ = ["DEMUXERS", "VideoLimits"]
