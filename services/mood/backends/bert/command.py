"""`vts train-mood`, which the `vts` command finds by its entry point; imports no torch itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from services.mood.backends.bert.tuning.examples import BadDataError, Columns
from services.mood.backends.bert.tuning.plan import Goal, Plan, Weighting
from vts.modelstore import DEFAULT_FOLDER

if TYPE_CHECKING:
    from services.mood.backends.bert.tuning.training import Request

EXAMPLE = (
    "Example: vts train-mood --data comments.tsv --model multilingual-e5-small --vocabulary kote "
    "--output my-moods, then VTS_MOOD_BACKEND=bert VTS_MOOD_MODEL=my-moods"
)
NEEDS = "training needs more: pip install 'vts-services[mood,mood-transformers]'"


def train_mood(
    data: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="TSV or CSV: text, labels.")
    ],
    model: Annotated[str, typer.Option(help="The model to begin with: a folder, or its name.")],
    output: Annotated[Path, typer.Option(help="Folder of the result.")] = Path("trained-mood"),
    vocabulary: Annotated[
        str, typer.Option(help="What the labels are of: goemotions, kote, moods13, mirex…")
    ] = "",
    meanings: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help='JSON of own labels: {"cosy": {"moods": {"calm": 0.8}, '
            '"valence": 0.6, "arousal": -0.4}}.',
        ),
    ] = None,
    text_column: Annotated[str, typer.Option(help="Name or number of the column of texts.")] = "",
    labels_column: Annotated[
        str, typer.Option(help="Name or number of the column of labels, split by , ; or |.")
    ] = "",
    unlabelled: Annotated[
        bool, typer.Option(help="Rows without a label are good: no label is true of them.")
    ] = False,
    skip_bad_rows: Annotated[bool, typer.Option(help="Leave out rows that can't be used.")] = False,
    epochs: Annotated[int, typer.Option(min=1, max=1000, help="Most epochs.")] = 5,
    patience: Annotated[
        int, typer.Option(min=1, help="Epochs without a gain after which it ends.")
    ] = 2,
    goal: Annotated[Goal, typer.Option(help="The F1 that must gain.")] = "macro",
    rate: Annotated[float, typer.Option(min=0, max=1, help="Highest learning rate.")] = 3e-5,
    warm_up: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the steps in which the rate rises.")
    ] = 0.1,
    batch: Annotated[int, typer.Option(min=1, max=1024, help="Texts computed together.")] = 16,
    accumulate: Annotated[
        int, typer.Option(min=1, max=1024, help="Batches that make one step.")
    ] = 1,
    class_weights: Annotated[
        Weighting, typer.Option(help="balanced lets rare labels count more.")
    ] = "none",
    max_tokens: Annotated[int, typer.Option(min=8, max=512, help="Longer texts are cut.")] = 128,
    choose_share: Annotated[float, typer.Option(min=0.01, max=0.4, help="Texts chosen by.")] = 0.1,
    report_share: Annotated[
        float, typer.Option(min=0.01, max=0.4, help="Texts measured on.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="Of the split and of all chance.")] = 0,
    device: Annotated[
        Literal["auto", "cpu", "cuda"], typer.Option(help="Where it computes.")
    ] = "auto",
    threads: Annotated[int, typer.Option(min=1, max=256, help="Threads on processors.")] = 2,
    keep_seconds: Annotated[
        float, typer.Option(min=0, help="How often what was learned is kept, besides each epoch.")
    ] = 300.0,
    restart: Annotated[bool, typer.Option(help="Begin anew instead of going on.")] = False,
    models_dir: Annotated[
        Path, typer.Option(envvar="VTS_MODELS_DIR", help="The folder of pulled models.")
    ] = DEFAULT_FOLDER,
) -> None:
    """Fine-tune a text classifier for the mood service; the same command goes on if broken off."""
    errors = Console(stderr=True, highlight=False)
    try:
        from services.mood.backends.bert.tuning.training import Request
    except ModuleNotFoundError as error:
        errors.print(Text(f"vts: {NEEDS} (no module {error.name})", style="red"))
        raise typer.Exit(1) from None
    plan = Plan(
        seed=seed,
        epochs=epochs,
        batch=batch,
        accumulate=accumulate,
        rate=rate,
        warm_up=warm_up,
        patience=patience,
        goal=goal,
        weighting=class_weights,
        max_tokens=max_tokens,
        choose_share=choose_share,
        report_share=report_share,
    )
    request = Request(
        data=data,
        model=model,
        output=output,
        columns=Columns(text_column, labels_column),
        vocabulary=vocabulary,
        meanings=meanings,
        unlabelled=unlabelled,
        skip_bad=skip_bad_rows,
        plan=plan,
        device=device,
        threads=threads,
        keep_seconds=keep_seconds,
        models=models_dir,
    )
    _train(request, errors, anew=restart)


def _train(request: Request, errors: Console, *, anew: bool) -> None:
    """Trains, and tells how it goes and what came of it."""
    from services.mood.backends.bert.tuning import training
    from services.mood.backends.bert.tuning.progress import TrainingProgress

    try:
        found = training.material(request)
        for told in found.examples.refusals.told:
            errors.print(Text(f"left out {told}", style="yellow"))
        if anew:
            training.restart(request.output)
        with TrainingProgress(errors, request.plan.epochs) as progress:
            report = training.train(request, found, progress)
    except BadDataError as error:
        errors.print(Text(f"vts: {error}", style="red"))
        raise typer.Exit(2) from None
    except (ValueError, FileNotFoundError) as error:
        errors.print(Text(f"vts: {error}", style="red"))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        errors.print("Broken off; the same command goes on from what was kept.")
        raise
    said = f"micro-F1 {report['micro_f1']:.3f}, macro-F1 {report['macro_f1']:.3f}"
    Console(highlight=False).print(Text(f"{request.output}: {said}; see report.md there"))
