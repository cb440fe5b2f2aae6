"""How long a busy or a dead endpoint is left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mood.backends.llm.breaker import FIRST_REST_SECONDS, LONGEST_REST_SECONDS, Breaker
from services.mood.backends.llm.failures import Cause, LlmError
from services.mood.backends.llm.waiting import BACKOFF_SECONDS, pause_seconds


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, clock: Clock, times: int = 1, cause: Cause = Cause.TIMEOUT) -> None:
    """Calls that begin, take a second each, and fail."""
    for _ in range(times):
        begun = breaker.begun()
        clock.now += 1
        breaker.failed(cause, begun)


def is_open(breaker: Breaker) -> bool:
    try:
        breaker.begun()
    except LlmError as error:
        return error.cause is Cause.RESTING
    return False


def test_three_failures_in_a_row_open_it_for_a_while() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker, clock, 2)
    breaker.succeeded()
    fail(breaker, clock, 2)
    assert not is_open(breaker)
    fail(breaker, clock)
    assert is_open(breaker)
    clock.now += FIRST_REST_SECONDS
    assert not is_open(breaker)


def test_each_rest_is_twice_as_long_up_to_a_limit() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker, clock, 3)
    rest = FIRST_REST_SECONDS
    while rest < 4 * LONGEST_REST_SECONDS:
        clock.now += min(rest, LONGEST_REST_SECONDS) - 0.1
        assert is_open(breaker)
        clock.now += 0.1
        fail(breaker, clock)
        rest *= 2
    breaker.succeeded()
    clock.now += LONGEST_REST_SECONDS
    fail(breaker, clock, 3)
    clock.now += FIRST_REST_SECONDS
    assert not is_open(breaker)


def test_calls_that_failed_together_count_as_one_trial() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    begun = [breaker.begun() for _ in range(20)]
    clock.now += 1
    for each in begun:
        breaker.failed(Cause.TIMEOUT, each)
    clock.now += FIRST_REST_SECONDS
    assert not is_open(breaker)


@pytest.mark.parametrize("cause", [Cause.REJECTED, Cause.NONSENSE, Cause.LEAK])
def test_what_a_text_brings_about_never_opens_it(cause: Cause) -> None:
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker, clock, 50, cause)
    assert not is_open(breaker)


@pytest.mark.parametrize(
    ("told", "retry", "least"),
    [
        (None, 0, BACKOFF_SECONDS),
        (None, 2, 4 * BACKOFF_SECONDS),
        ("0", 0, 0.0),
        ("7", 0, 7.0),
        ("soon", 1, 2 * BACKOFF_SECONDS),
        ("-3", 0, BACKOFF_SECONDS),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1)), 0, 0.0),
    ],
)
def test_a_pause_is_as_told_or_grows(told: str | None, retry: int, least: float) -> None:
    assert least <= pause_seconds(told, retry) <= 1.25 * least


def test_a_date_is_waited_for() -> None:
    told = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < pause_seconds(told, 0) < 80


@given(
    st.text(max_size=40)
    | st.builds(
        "{} {} {} {} {}".format,
        st.integers(0, 999),
        st.integers(0, 999_999_999),
        st.sampled_from(["JAN", "FEB", "DEC", "XYZ"]),
        st.integers(0, 999_999),
        st.text("-+:0123456789", max_size=12),
    )
)
def test_whatever_a_server_says_there_is_a_pause(told: str) -> None:
    assert pause_seconds(told, 0) >= 0
