"""What measured seconds come to, and what is measured."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.request_figures import Timings, figures, percentile, table, write
from benchmarks.request_kinds import KINDS, Kind

PHOTO = Kind("photo", "photo")


def timings() -> Timings:
    return Timings(PHOTO, rest=[0.010, 0.030, 0.020], models=[0.016, 0.008, 0.012])


def test_a_percentile_lies_between_the_two_nearest_values() -> None:
    values = [40.0, 10.0, 30.0, 20.0]
    assert percentile(values, 0.5) == pytest.approx(25.0)
    assert percentile(values, 0.95) == pytest.approx(38.5)
    assert (percentile(values, 0.0), percentile(values, 1.0)) == (10.0, 40.0)


def test_one_value_is_every_percentile() -> None:
    assert percentile([7.0], 0.95) == 7.0


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_the_figures_are_milliseconds_and_ratios_by_name() -> None:
    assert figures([timings()]) == {
        "photo_rest_p50_ms": 20.0,
        "photo_rest_p95_ms": 29.0,
        "photo_models_p50_ms": 12.0,
        "photo_models_p95_ms": 15.6,
        "photo_ratio": 1.667,
        "photo_overhead_ms": 8.0,
        "photo_repetitions": 3,
    }


def test_work_done_at_the_same_time_may_beat_the_sum_of_the_calls() -> None:
    both = Timings(PHOTO, rest=[0.9], models=[1.2])
    assert both.ratio == pytest.approx(0.75)
    assert both.overhead_ms == pytest.approx(-300)


def test_the_file_holds_one_flat_object(tmp_path: Path) -> None:
    path = tmp_path / "figures" / "bench-request.json"
    write(figures([timings()]), path)
    read = json.loads(path.read_text(encoding="utf-8"))
    assert all(isinstance(value, int | float) for value in read.values())
    assert read["photo_ratio"] == 1.667


def test_the_table_has_a_line_for_each_kind() -> None:
    console = Console(width=100)
    with console.capture() as shown:
        console.print(table([timings(), Timings(KINDS[1], rest=[2.0], models=[1.0])]))
    lines = shown.get().splitlines()
    assert any("photo" in line and "1.67" in line for line in lines)
    assert any("video" in line and "2000.0" in line for line in lines)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_kind_is_the_same_over_rest_and_in_process(kind: Kind) -> None:
    form = dict(kind.form())
    given = kind.inputs()
    assert len(given) == len(form)
    for each in given:
        if each.media is not None:
            assert await each.media.whole() == form["media"][1]
            each.media.close()
        elif each.text:
            assert each.text.encode() == form["text"][1]
        elif each.situation is not None:
            assert each.situation.activity == json.loads(form["situation"][1])["activity"]


def test_no_two_kinds_bring_the_same_photo_or_words() -> None:
    media = [kind.media for kind in KINDS if kind.media]
    texts = [kind.text for kind in KINDS if kind.text]
    assert len(set(media)) == len(media)
    assert len(set(texts)) == len(texts)
