"""The key of a sound, from how strong each of the twelve pitch classes is."""

import numpy as np
from numpy.typing import NDArray

from services.audio_features.domain import TONICS, Key

MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
"""How often each semitone above the tonic is heard (Albrecht & Shanahan 2013)."""

MIN_FIT = 0.3
"""Below this correlation with every key, a sound has none: noise, speech, drums alone."""

CLEAR_LEAD = 0.15
"""A lead over the second key, as a difference of correlations, that leaves no doubt."""

Numbers = NDArray[np.float64]


def _profiles() -> Numbers:
    """Builds the 24 profiles, C to B major, then C to B minor, each centred and of length 1."""
    turned = np.stack([np.roll(profile, k) for profile in (MAJOR, MINOR) for k in range(12)])
    centred = turned - turned.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.linalg.norm(centred, axis=1, keepdims=True))


PROFILES = _profiles()


def estimate_key(pitch_classes: Numbers) -> Key | None:
    """Finds the key that 12 strengths, from C, follow best (Krumhansl 1990, chapter 4).

    The confidence grows with the fit and with the lead over the second best key. None where no
    key fits.
    """
    fits = key_fits(pitch_classes)
    best, second = np.argsort(-fits)[:2]
    if fits[best] < MIN_FIT:
        return None
    lead = np.clip((fits[best] - fits[second]) / CLEAR_LEAD, 0, 1)
    mode, tonic = divmod(int(best), 12)
    return Key(TONICS[tonic], ("major", "minor")[mode], float(fits[best] * np.sqrt(lead)))


def key_fits(pitch_classes: Numbers) -> Numbers:
    """Correlates pitch classes with the 24 `PROFILES`; all 0 where every class is as strong."""
    centred = pitch_classes - pitch_classes.mean()
    length = np.linalg.norm(centred)
    if length < 1e-9 * max(1.0, np.abs(pitch_classes).max()):
        return np.zeros(24)
    return np.asarray(np.clip(PROFILES @ centred / length, -1, 1))
