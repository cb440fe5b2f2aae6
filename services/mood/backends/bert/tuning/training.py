"""One training from its files to its report."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from servicekit import checkpoints
from servicekit.checkpoints import Checkpoint, UnusableCheckpointError
from services.mood.backends.bert.classifier import Device, device_for, longest, quiet
from services.mood.backends.bert.meanings import given
from services.mood.backends.bert.tuning import reporting, splitting
from services.mood.backends.bert.tuning.examples import BadDataError, Columns, Examples, read
from services.mood.backends.bert.tuning.exporting import export
from services.mood.backends.bert.tuning.fitting import Fitting, Lessons, Watcher, label_weights
from services.mood.backends.bert.tuning.judging import judged, profile_for
from services.mood.backends.bert.tuning.keeping import Course, Keeper
from services.mood.backends.bert.tuning.labelling import Labels, Truth, labels_of, truth_of
from services.mood.backends.bert.tuning.plan import MOST_WEIGHT, Plan
from services.mood.backends.bert.tuning.splitting import Parts
from vts.modelstore import DEFAULT_FOLDER

STATES = "training"
"""The folder, in that of the result, with what is needed to go on."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to learn, from what, and where to put it.

    `meanings` is a JSON file of labels of one's own; with `skip_bad` rows that cannot be used are
    left out, and otherwise nothing is begun.
    """

    data: Path
    model: str
    output: Path
    columns: Columns = field(default_factory=Columns)
    vocabulary: str = ""
    meanings: Path | None = None
    unlabelled: bool = False
    skip_bad: bool = False
    plan: Plan = field(default_factory=Plan)
    device: Device = "auto"
    threads: int = 1
    keep_seconds: float = 300.0
    models: Path = DEFAULT_FOLDER


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Texts, their labels and their parts, as they were read from the file."""

    labels: Labels
    texts: list[str]
    truth: Truth
    parts: Parts
    examples: Examples


def material(request: Request) -> Material:
    """Reads and divides the texts.

    Raises:
        BadDataError: The file, or a row of it, cannot be used.
    """
    examples = read(request.data, request.columns, unlabelled=request.unlabelled)
    labels = labels_of(examples.rows, request.vocabulary, _meanings(request.meanings))
    texts, truth = truth_of(examples, labels)
    refusals = examples.refusals
    if refusals.count and not (request.skip_bad and texts):
        raise BadDataError(
            f"{refusals.count:,} rows of {request.data} cannot be used:\n{refusals}"
            + ("" if request.skip_bad else "\n--skip-bad-rows goes on without them")
        )
    plan = request.plan
    parts = splitting.divided(texts, plan.seed, plan.choose_share, plan.report_share)
    return Material(labels, texts, truth, parts, examples)


def train(request: Request, found: Material, watcher: Watcher) -> dict[str, Any]:
    """Learns, from where it was broken off if it was, and writes the result; gives the report.

    Raises:
        OtherTrainingError: The folder holds another training.
        UnusableCheckpointError: The model is not here, or cannot be used.
        ValueError: The device is not to be had.
    """
    quiet()
    torch.set_num_threads(request.threads)
    device = device_for(request.device, "--device")
    checkpoint = checkpoints.found(request.model, "--model", request.models)
    identity = _identity(request, found, checkpoint)
    keeper = Keeper(request.output / STATES, identity)
    if (report := _finished(request.output, identity)) is not None:
        return report
    torch.manual_seed(request.plan.seed)  # the head begins with chance
    network, tokenizer = _opened(checkpoint, found.labels)
    lessons = _lessons(found, tokenizer, longest(tokenizer, network.config), request.plan)
    fitting = Fitting(network.to(device), lessons, request.plan, keeper, watcher)
    course = fitting.run(request.keep_seconds)
    report = _written(request, found, fitting, tokenizer, course, identity)
    keeper.forget()
    return report


def restart(output: Path) -> None:
    """Lets go of a training that was broken off, and of nothing else."""
    if (output / STATES / "training.json").exists():
        shutil.rmtree(output / STATES)


def _meanings(path: Path | None) -> Mapping[str, Any] | None:
    if path is None:
        return None
    try:
        return given(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, AttributeError) as error:
        raise BadDataError(f"{path}: {error}") from error


def _identity(request: Request, found: Material, checkpoint: Checkpoint) -> dict[str, Any]:
    with request.data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "data": digest,
        "model": checkpoint.version,
        "labels": list(found.labels.names),
        "texts": len(found.texts),
        "plan": asdict(request.plan),
    }


def _finished(output: Path, identity: Mapping[str, Any]) -> dict[str, Any] | None:
    """The report of the very same training, if it lies there with its model."""
    path = output / reporting.JSON
    if not (path.exists() and (output / "config.json").exists()):
        return None
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return report if report.get("training") == json.loads(json.dumps(identity)) else None


def _written(
    request: Request,
    found: Material,
    fitting: Fitting,
    tokenizer: Any,
    course: Course,
    identity: Mapping[str, Any],
) -> dict[str, Any]:
    """Judges what was learned, and writes the classifier and then the report."""
    parts, truth, output = found.parts, found.truth, request.output
    learned = [found.texts[row] for row in parts.learn]
    choosing = fitting.logits(parts.choose)
    profile = profile_for(
        found.labels, choosing, truth[parts.choose], fitting.lessons.weights, learned
    )
    judgement = judged(profile, fitting.logits(parts.report), truth[parts.report])
    export(fitting.network, tokenizer, profile, output, output / STATES / "export")
    circumstances = reporting.Circumstances(
        identity,
        request.data.name,
        fitting.device.type,
        {name: len(rows) for name, rows in asdict(parts).items()},
        found.examples.refusals.count,
    )
    return reporting.write(judgement, course, circumstances, output)


def _opened(checkpoint: Checkpoint, labels: Labels) -> tuple[Any, Any]:
    """The network with a head for the labels, new where the checkpoint has none that fits."""
    folder = str(checkpoint.folder)
    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, **local)
        network: Any = AutoModelForSequenceClassification.from_pretrained(
            folder,
            use_safetensors=True,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,
            problem_type="multi_label_classification",
            id2label=dict(enumerate(labels.names)),
            label2id={name: number for number, name in enumerate(labels.names)},
            **local,
        )
    except (ValueError, KeyError) as error:
        raise UnusableCheckpointError(
            f"{folder} is no text model that transformers has a classifier for "
            "(code that comes with a model is not run)"
        ) from error
    return network, tokenizer


def _lessons(found: Material, tokenizer: Any, most: int, plan: Plan) -> Lessons:
    cut = tokenizer(found.texts, truncation=True, max_length=min(plan.max_tokens, most))
    learned = found.truth[found.parts.learn]
    even = np.ones(learned.shape[1], dtype=np.float32)
    return Lessons(
        tokens=cut["input_ids"],
        truth=found.truth,
        learn=found.parts.learn,
        choose=found.parts.choose,
        weights=label_weights(learned, MOST_WEIGHT) if plan.weighting == "balanced" else even,
        padding=tokenizer.pad_token_id or 0,
    )
