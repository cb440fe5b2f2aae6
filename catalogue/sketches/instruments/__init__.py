"""The synthesised instruments: what plays a note, in which range, and how it sits in a room."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from catalogue.sketches.instruments import (
    ensembles,
    keys,
    mallets,
    plucked,
    synths,
    textures,
    winds,
)
from catalogue.sketches.instruments.drums import KITS, strike
from catalogue.sketches.instruments.tones import RATE, Signal, Tone

__all__ = ["INSTRUMENTS", "KITS", "RATE", "Instrument", "Signal", "Tone", "strike"]

Voice = Callable[[Tone], Signal]
"""Sounds a tone as a mono signal, its ringing included."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A voice and its manners.

    `low` and `high` are the MIDI pitches it is written for. `reverb` is its send in [0, 1],
    `width` how far its notes spread over the stereo field in [0, 1], `chorus` whether its bus is
    doubled, `drive` a fuzz on its bus (0 is none),
    `echo` the level of its repeats, `low_cut_hz` where it gives way to the bass.
    """

    voice: Voice
    low: int
    high: int
    reverb: float = 0.25
    width: float = 0.3
    chorus: bool = False
    drive: float = 0.0
    echo: float = 0.0
    low_cut_hz: float = 110.0


def _bass(voice: Voice, reverb: float = 0.04, drive: float = 0.0) -> Instrument:
    return Instrument(voice, 28, 52, reverb, width=0.0, drive=drive, low_cut_hz=30.0)


def _texture(voice: Voice) -> Instrument:
    return Instrument(voice, 60, 60, reverb=0.1, width=0.0, chorus=True, low_cut_hz=40.0)


INSTRUMENTS = MappingProxyType(
    {
        "nylon_guitar": Instrument(plucked.nylon_guitar, 48, 79, 0.25, 0.35),
        "steel_guitar": Instrument(plucked.steel_guitar, 48, 81, 0.2, 0.4),
        "electric_guitar": Instrument(
            plucked.electric_guitar, 40, 76, 0.12, 0.6, drive=2.5, low_cut_hz=90.0
        ),
        "ukulele": Instrument(plucked.ukulele, 60, 84, 0.15, 0.35),
        "harp": Instrument(plucked.harp, 48, 91, 0.4, 0.6),
        "pizzicato": Instrument(plucked.pizzicato, 48, 84, 0.3, 0.5),
        "upright_bass": _bass(plucked.upright_bass, 0.08),
        "electric_bass": _bass(plucked.electric_bass),
        "piano": Instrument(keys.piano, 45, 88, 0.25, 0.6, low_cut_hz=70.0),
        "felt_piano": Instrument(keys.felt_piano, 45, 84, 0.35, 0.5, low_cut_hz=70.0),
        "toy_piano": Instrument(keys.toy_piano, 65, 93, 0.2, 0.4),
        "electric_piano": Instrument(keys.electric_piano, 48, 84, 0.25, 0.4, chorus=True),
        "organ": Instrument(keys.organ, 48, 84, 0.2, 0.2, chorus=True),
        "marimba": Instrument(mallets.marimba, 48, 88, 0.25, 0.6),
        "vibraphone": Instrument(mallets.vibraphone, 53, 86, 0.3, 0.5),
        "music_box": Instrument(mallets.music_box, 69, 98, 0.35, 0.5),
        "glockenspiel": Instrument(mallets.glockenspiel, 72, 98, 0.3, 0.4),
        "bell": Instrument(mallets.bell, 55, 84, 0.5, 0.3),
        "glass": Instrument(mallets.glass, 60, 91, 0.5, 0.6, echo=0.3),
        "strings": Instrument(ensembles.strings, 48, 88, 0.4, 0.5, chorus=True),
        "spiccato": Instrument(ensembles.spiccato, 45, 84, 0.3, 0.5),
        "tremolo_strings": Instrument(ensembles.tremolo_strings, 48, 86, 0.4, 0.5, chorus=True),
        "cello": Instrument(ensembles.cello, 43, 67, 0.35, 0.1, low_cut_hz=60.0),
        "warm_pad": Instrument(ensembles.warm_pad, 48, 79, 0.35, 0.5, chorus=True),
        "bright_pad": Instrument(ensembles.bright_pad, 52, 84, 0.3, 0.6, chorus=True),
        "glass_pad": Instrument(ensembles.glass_pad, 55, 86, 0.45, 0.6, chorus=True),
        "choir": Instrument(ensembles.choir, 50, 79, 0.5, 0.5, chorus=True),
        "drone": Instrument(ensembles.drone, 36, 60, 0.3, 0.4, chorus=True, low_cut_hz=35.0),
        "flute": Instrument(winds.flute, 62, 93, 0.35, 0.1),
        "whistle": Instrument(winds.whistle, 72, 96, 0.3, 0.1),
        "clarinet": Instrument(winds.clarinet, 52, 84, 0.25, 0.1),
        "brass": Instrument(winds.brass, 50, 82, 0.3, 0.5),
        "horn": Instrument(winds.horn, 45, 74, 0.45, 0.3, low_cut_hz=80.0),
        "tuba": _bass(winds.tuba, 0.15),
        "sub_bass": _bass(synths.sub_bass, 0.0),
        "synth_bass": _bass(synths.synth_bass),
        "reese_bass": _bass(synths.reese_bass),
        "square_lead": Instrument(synths.square_lead, 60, 91, 0.12, 0.3),
        "saw_lead": Instrument(synths.saw_lead, 57, 88, 0.25, 0.2, chorus=True, echo=0.3),
        "soft_lead": Instrument(synths.soft_lead, 57, 86, 0.4, 0.2, chorus=True, echo=0.35),
        "synth_pluck": Instrument(synths.synth_pluck, 52, 88, 0.25, 0.5, echo=0.35),
        "buzzer": Instrument(synths.buzzer, 55, 86, 0.08, 0.3),
        "rain": _texture(textures.rain),
        "waves": _texture(textures.waves),
        "riser": _texture(textures.riser),
        "wind": _texture(textures.wind),
        "room_hum": _texture(textures.room_hum),
        "vinyl": _texture(textures.vinyl),
    }
)
"""Every instrument but the drum kits, by name."""
