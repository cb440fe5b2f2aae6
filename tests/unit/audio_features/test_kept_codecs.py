"""Numbers as bytes: exact where newer heads read them, and within a told error where not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from services.audio_features.backends.storing import codecs

floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
shapes = st.tuples(st.integers(0, 5), st.integers(1, 4))


@given(arrays(np.float32, shapes, elements=floats))
def test_what_is_packed_exactly_comes_back_to_the_last_bit(values: np.ndarray) -> None:
    restored = codecs.restored(codecs.exact(values), values.shape)
    assert restored.tobytes() == values.tobytes()
    restored += 1


@given(arrays(np.float32, shapes, elements=floats))
def test_halved_numbers_are_off_by_a_2048th_of_themselves(values: np.ndarray) -> None:
    packed = codecs.halved(values)
    back = codecs.unpacked(packed.codec, packed.scale, packed.data, values.shape)
    assert (np.abs(back - values) <= np.abs(values) / 2_048 + 2**-25).all()


@given(arrays(np.float32, shapes, elements=st.floats(0, 65_504, width=32)))
def test_quartered_numbers_are_off_by_a_510th_of_the_largest(values: np.ndarray) -> None:
    packed = codecs.quartered(values)
    back = codecs.unpacked(packed.codec, packed.scale, packed.data, values.shape)
    assert (np.abs(back - values) <= 1.001 * values.max(initial=0) / 510 + 1e-38).all()
    assert packed.codec == "uint8"
    assert len(packed.data) == values.size


def test_what_a_codec_was_not_made_for_loses_no_more_than_in_another() -> None:
    negative = np.array([[-1, 2]], np.float32)
    assert codecs.quartered(negative).codec == "float16"
    huge = np.array([[1e30, -7]], np.float32)
    packed = codecs.halved(huge)
    assert np.array_equal(codecs.unpacked(packed.codec, packed.scale, packed.data, (1, 2)), huge)


@pytest.mark.parametrize(
    ("codec", "data"), [("pickle", b"cos\nsystem\n"), ("float16", bytes(3)), ("uint8", bytes(5))]
)
def test_bytes_that_are_not_what_their_row_says_are_refused(codec: str, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"codec|numbers|buffer"):
        codecs.unpacked(codec, 1.0, data, (2, 2))
