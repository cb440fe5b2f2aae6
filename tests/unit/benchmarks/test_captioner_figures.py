"""What the captioner's benchmarks make of the seconds that they measured."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.captioner import SECTIONS, _names
from benchmarks.captioner_figures import Figure, in_turn, ratio, table, write


@pytest.mark.parametrize(
    ("figure", "holds", "target"),
    [
        (Figure("speed", 12.0, "×", at_least=12.0), True, "≥ 12"),
        (Figure("speed", 11.9, "×", at_least=12.0), False, "≥ 12"),
        (Figure("wait", 60.0, "ms", at_most=60.0), True, "≤ 60"),
        (Figure("wait", 60.1, "ms", at_most=60.0), False, "≤ 60"),
        (Figure("seconds", 3.0, "s"), None, ""),
    ],
)
def test_a_figure_knows_whether_its_target_holds(
    figure: Figure, holds: bool | None, target: str
) -> None:
    assert figure.holds is holds
    assert figure.target == target


def test_sides_are_asked_in_turn_after_a_warm_up() -> None:
    asked: list[str] = []
    seconds = in_turn((lambda: asked.append("a"), lambda: asked.append("b")), 2)
    assert asked == ["a", "b", "a", "b", "a", "b"]
    assert [len(side) for side in seconds] == [2, 2]


def test_a_ratio_is_of_the_medians() -> None:
    assert ratio([2.0, 4.0, 100.0], [1.0, 2.0, 2.0]) == 2.0


def test_sections_measured_one_after_the_other_come_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "figures" / "bench.json"
    write([Figure("one", 1.23456, "s"), Figure("two", 2.0, "s")], path)
    write([Figure("two", 3.0, "s")], path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"one": 1.235, "two": 3.0}


def test_the_table_tells_what_misses() -> None:
    console = Console(width=100, file=io.StringIO(), record=True)
    console.print(table([Figure("speed", 1.0, "×", at_least=2.0)]))
    assert "misses" in console.export_text()


def test_sections_are_chosen_by_name() -> None:
    assert _names("blip,lite") == ["blip", "lite"]
    assert _names(",".join(SECTIONS)) == list(SECTIONS)
    with pytest.raises(Exception, match="no such section"):
        _names("blip,blob")
