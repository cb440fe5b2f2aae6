"""Photos are decoded in a process of their own, and come back as they would be here."""

from collections.abc import Iterator

import numpy as np
import pytest

from servicekit.errors import ServiceError
from servicekit.sandbox import Crashed, Limits, Sandbox
from services.captioner import isolation
from services.captioner.domain import MediaTooLarge, UnreadableMedia
from services.captioner.photos import FORMATS, decoded
from tests.unit.captioner.pictures_made import RED, encoded, plain, png_header, textured

LIMIT = {"max_pixels": 1_000_000}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(isolation.MODULE, Limits(seconds=30), name="test")
    yield made
    made.close()


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read_there_as_it_is_read_here(sandbox: Sandbox, kind: str) -> None:
    data = encoded(textured(RED), kind)
    picture = isolation.photo(sandbox.job("photo", data, LIMIT))
    assert np.array_equal(picture, decoded(data, 1_000_000))


def test_a_refusal_there_is_the_domain_s_here(sandbox: Sandbox) -> None:
    with pytest.raises(UnreadableMedia, match="corrupt, cut short or not a photo"):
        isolation.photo(sandbox.job("photo", b"\xff\xd8\xff\xe0", LIMIT))
    with pytest.raises(MediaTooLarge) as caught:
        isolation.photo(sandbox.job("photo", png_header(2000, 1000), LIMIT))
    assert (caught.value.limit, caught.value.given) == ("1,000,000 pixels", "2,000,000 pixels")


def test_a_photo_that_takes_too_much_memory_is_unreadable(sandbox: Sandbox) -> None:
    few = Limits(memory_bytes=64 * 2**20)
    job = sandbox.job("photo", png_header(9000, 9000), {"max_pixels": 100_000_000}, limits=few)
    with pytest.raises(UnreadableMedia, match="limits of memory and time"):
        isolation.photo(job)


def test_a_photo_that_was_cancelled_is_not_decoded(sandbox: Sandbox) -> None:
    job = sandbox.job("photo", encoded(plain(RED)), LIMIT)
    job.cancel()
    with pytest.raises(UnreadableMedia):
        isolation.photo(job)


def test_a_sandbox_with_no_place_left_is_a_full_queue() -> None:
    small = Sandbox(isolation.MODULE, name="test", max_jobs=1)
    try:
        with small.job("photo", encoded(plain(RED)), LIMIT), pytest.raises(ServiceError) as caught:
            isolation.photo(small.job("photo", encoded(plain(RED)), LIMIT))
        assert caught.value.reason_name == "QUEUE_FULL"
    finally:
        small.close()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((641, 4, 3), np.uint8),
    ],
)
def test_what_is_no_picture_of_working_size_is_not_taken_for_one(array: np.ndarray) -> None:
    with pytest.raises(Crashed):
        isolation.checked(array)
