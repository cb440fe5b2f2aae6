"""What a training reads, how it divides it, and what its figures mean."""

from pathlib import Path

import numpy as np
import pytest

from services.mood.backends.bert.meanings import Meaning
from services.mood.backends.bert.tuning import examples, measures
from services.mood.backends.bert.tuning.examples import BadDataError, Columns, read
from services.mood.backends.bert.tuning.judging import judged, languages_of, profile_for
from services.mood.backends.bert.tuning.labelling import Labels, labels_of, truth_of
from services.mood.backends.bert.tuning.plan import Plan, rate_at, steps_per_epoch
from services.mood.backends.bert.tuning.splitting import divided


def written(folder: Path, content: str | bytes, name: str = "data.tsv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def told(path: Path, **columns: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(row.text, row.labels) for row in read(path, Columns(**columns)).rows]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('she said "no"\tjoy,anger\nso\tanger\n', "data.tsv"),
        ('text\tlabels\nshe said "no"\tjoy;anger\nso\tanger\n', "data.tsv"),
        ('label,comment\njoy|anger,"she said ""no"""\nanger,so\n', "data.csv"),
        ('﻿id\ttext\temotion\r\n1\tshe said "no"\tjoy,anger\r\n\r\n2\tso\tanger\r\n', "x.txt"),
    ],
)
def test_a_table_is_read_with_or_without_a_header(content: str, name: str, tmp_path: Path) -> None:
    assert told(written(tmp_path, content, name)) == [
        ('she said "no"', ("joy", "anger")),
        ("so", ("anger",)),
    ]


def test_columns_can_be_named_or_counted(tmp_path: Path) -> None:
    counted = written(tmp_path, "7\tfirst\tjoy\n8\tsecond\tanger\n")
    assert told(counted, text="2", labels="3")[1] == ("second", ("anger",))
    named = written(tmp_path, "a,b,c\njoy,x,first\n", "named.csv")
    assert told(named, text="C", labels="a") == [("first", ("joy",))]


@pytest.mark.parametrize(
    ("content", "columns", "said"),
    [
        ("", Columns(), "no rows"),
        (b"\xff\xfe\x00a\tb\n", Columns(), "not UTF-8"),
        ("a\tb\n", Columns(text="words"), "no column 'words'"),
        ("a\tb\n", Columns(text="2"), "both in column 2"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    content: str | bytes, columns: Columns, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadDataError, match=said):
        read(written(tmp_path, content), columns)


def test_bad_rows_are_told_by_line_and_not_without_end(tmp_path: Path) -> None:
    rows = ["good\tjoy", "\tjoy", "empty\t", "alone", f"{'x' * 10_001}\tjoy", *["bad"] * 30]
    refusals = read(written(tmp_path, "\n".join(rows)), Columns()).refusals
    assert refusals.count == 34
    assert refusals.told[:4] == [
        "line 2: has no text",
        "line 3: has no label",
        "line 4: has 1 columns, and 2 are needed",
        "line 5: has 10,001 characters; 10,000 are the most",
    ]
    assert len(refusals.told) == examples.MOST_TOLD
    assert str(refusals).endswith("and 14 more")


def test_rows_without_labels_can_be_allowed(tmp_path: Path) -> None:
    found = read(written(tmp_path, "a\tjoy\nb\t\n"), Columns(), unlabelled=True)
    labels = Labels("goemotions", ("joy", "anger"), {})
    assert truth_of(found, labels)[1].tolist() == [[True, False], [False, False]]


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "MAX_ROWS", 3)
    with pytest.raises(BadDataError, match="more than 3 rows"):
        read(written(tmp_path, "a\tjoy\n" * 5), Columns())


def test_ids_count_from_the_first_label_of_the_vocabulary(tmp_path: Path) -> None:
    found = read(written(tmp_path, "a\t0,27\nb\t2\nc\t99\n"), Columns())
    labels = labels_of(found.rows, "goemotions", None)
    assert len(labels.names) == 28
    texts, truth = truth_of(found, labels)
    assert texts == ["a", "b"]
    assert np.argwhere(truth).tolist() == [[0, 0], [0, 27], [1, 2]]
    assert found.refusals.told == ["line 3: '99' is no label"]


def test_labels_find_their_vocabulary(tmp_path: Path) -> None:
    found = read(written(tmp_path, "a\tcalm\nb\tjoyful,sad\n"), Columns())
    labels = labels_of(found.rows, "", None)
    assert (labels.vocabulary, labels.names) == ("moods13", ("calm", "joyful", "sad"))


@pytest.mark.parametrize(
    ("content", "vocabulary", "said"),
    [
        ("a\tcosy\nb\thungry\n", "", "--meanings must tell"),
        ("a\t1\nb\t2\n", "", "the labels are ids"),
        ("a\tjoy\n", "feelings", "no vocabulary is called 'feelings'"),
        ("a\tjoy\n", "", "2 to 512 labels, not 1"),
    ],
)
def test_labels_that_mean_nothing_are_refused(
    content: str, vocabulary: str, said: str, tmp_path: Path
) -> None:
    rows = read(written(tmp_path, content), Columns()).rows
    with pytest.raises(BadDataError, match=said):
        labels_of(rows, vocabulary, None)


def test_labels_of_ones_own_mean_what_the_file_says(tmp_path: Path) -> None:
    meanings = {"cosy": Meaning({"calm": 0.8}, 0.6, -0.4), "hungry": Meaning({}, 0.0, 0.3)}
    rows = read(written(tmp_path, "a\tcosy\n"), Columns()).rows
    labels = labels_of(rows, "", meanings)
    assert (labels.vocabulary, labels.names) == ("own", ("cosy", "hungry"))


def test_no_text_is_in_two_parts_and_their_order_does_not_matter() -> None:
    texts = [f"Text {n % 50}" if n % 2 else f"text   {n % 50}" for n in range(200)]
    parts = divided(texts, 1, 0.2, 0.1)
    said = [
        {texts[row].lower().split()[1] for row in rows} for rows in (parts.choose, parts.report)
    ]
    learned = {texts[row].lower().split()[1] for row in parts.learn}
    assert [len(each) for each in said] == [10, 5]
    assert not learned & (said[0] | said[1])
    assert not said[0] & said[1]
    turned = divided(texts[::-1], 1, 0.2, 0.1)
    assert {texts[::-1][row] for row in turned.choose} == {texts[row] for row in parts.choose}
    assert set(divided(texts, 2, 0.2, 0.1).choose) != set(parts.choose)


def test_too_few_texts_cannot_be_divided() -> None:
    with pytest.raises(BadDataError, match="3 different texts"):
        divided(["a", "A", " a ", "b", "c"] * 10, 0, 0.1, 0.1)


def test_figures_are_those_of_the_book() -> None:
    truth = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=np.bool_)
    said = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 0]], dtype=np.bool_)
    found = measures.scores(said, truth)
    assert found.precision.tolist() == [0.5, 1.0, 0.0]
    assert found.recall.tolist() == [0.5, 1.0, 0.0]
    assert found.micro == pytest.approx(2 * 3 / (5 + 4))
    assert found.macro == pytest.approx(0.75)
    assert measures.confusion(said, truth)[0].tolist() == [0.5, 0.0, 0.5]


def test_thresholds_lie_between_what_is_true_and_what_is_not() -> None:
    probabilities = np.array([[0.2, 0.9], [0.25, 0.8], [0.6, 0.1], [0.7, 0.1]])
    truth = np.array([[0, 0], [0, 0], [1, 0], [1, 0]], dtype=np.bool_)
    rare, never = measures.thresholds(probabilities, truth)
    assert 0.25 < rare <= 0.6
    assert never == 0.5


def drawn(warmth: float, weights: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Truth drawn by probabilities, and the logits of a network that is too sure of them."""
    generator = np.random.default_rng(seed)
    honest = generator.normal(-1.0, 1.5, (4000, 3))
    truth = generator.random(honest.shape) < 1 / (1 + np.exp(-honest))
    return (honest * warmth + np.log(weights)).astype(np.float32), truth


def test_calibration_finds_the_temperature_and_takes_off_the_weights() -> None:
    labels = Labels("own", ("a", "b", "c"), {})
    weights = np.array([1.0, 4.0, 10.0], dtype=np.float32)
    profile = profile_for(labels, *drawn(2.5, weights, 1), weights, ["so very happy today"])
    assert profile.temperature == pytest.approx(2.5, rel=0.1)
    judgement = judged(profile, *drawn(2.5, weights, 2))
    assert judgement.calibrated.error < 0.02 < judgement.plain.error
    assert judgement.surest.error < 0.05
    assert judgement.scores.micro > judgement.floor[0]


def test_languages_are_those_of_a_fair_share_of_the_texts() -> None:
    texts = ["오늘 정말 기뻐요"] * 60 + ["a calm and happy evening"] * 38 + ["!!"] * 2
    assert languages_of(texts) == ("ko", "en")


def test_the_rate_rises_and_falls_to_nothing() -> None:
    plan = Plan(epochs=2, batch=4, accumulate=2, rate=1.0, warm_up=0.25)
    steps = steps_per_epoch(30, plan)
    rates = [rate_at(step, steps, plan) for step in range(2 * steps)]
    assert steps == 4
    assert rates[:2] == [0.5, 1.0]
    assert rates[1:] == sorted(rates[1:], reverse=True)
    assert 0 < rates[-1] < 0.2
