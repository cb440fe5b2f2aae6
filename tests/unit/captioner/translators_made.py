"""Tiny translation models that were taught a few sentences, as `save_pretrained` writes them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    PreTrainedTokenizerFast,
)

TAUGHT = {
    "A dog runs.": "개가 달립니다 .",
    "A quux frobs the baz.": "쿡스가 바즈를 다룹니다 .",
    "The sea is calm.": "바다가 잔잔합니다 .",
    "It hums.": "hum hum hum",
}
"""The last one is no Korean: nothing is to come of it."""

_STEPS = 60
_SMALL: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 128,
    "dropout": 0.0,
    "forced_eos_token_id": 2,
}


def tiny_translator(
    folder: Path, language: str = "kor_Hang", taught: Mapping[str, str] = TAUGHT
) -> Path:
    """A model whose Korean begins with the token of a language, or with none if that is empty."""
    pairs = [(_split(english), korean.split()) for english, korean in taught.items()]
    words = dict.fromkeys(word for pair in pairs for side in pair for word in side)
    special = ["<s>", "<pad>", "</s>", "<unk>", *([language] if language else [])]
    tokens = {word: number for number, word in enumerate([*special, *words])}
    _save_tokenizer(folder, tokens)
    torch.manual_seed(11)
    config = BartConfig(
        vocab_size=len(tokens),
        **_SMALL,
        decoder_start_token_id=2,
    )
    model = BartForConditionalGeneration(config)
    own = [language] if language else []
    heard, spoken = (own, []) if language.startswith(">>") else ([], own)
    _teach(model, tokens, [([*heard, *en], [*spoken, *ko]) for en, ko in pairs])
    model.save_pretrained(folder)
    return folder


def tiny_marian(folder: Path, taught: Mapping[str, str] = TAUGHT) -> Path:
    """A Marian model with SentencePiece models of its own, in the files that OPUS-MT's come in."""
    sides = {"source": list(taught), "target": list(taught.values())}
    pieces = {side: _pieces(folder / f"{side}.spm", lines) for side, lines in sides.items()}
    words = dict.fromkeys(word for side in pieces.values() for line in side for word in line)
    special = ["<s>", "<pad>", "</s>", "<unk>", ">>kor<<"]
    tokens = {word: number for number, word in enumerate([*special, *words])}
    (folder / "vocab.json").write_text(json.dumps(tokens), encoding="utf-8")
    torch.manual_seed(11)
    config = MarianConfig(
        vocab_size=len(tokens),
        **_SMALL,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
    )
    model = MarianMTModel(config)
    lessons = zip(pieces["source"], pieces["target"], strict=True)
    _teach(model, tokens, [([">>kor<<", *english], korean) for english, korean in lessons])
    model.save_pretrained(folder)
    return folder


def _pieces(path: Path, lines: Iterable[str]) -> list[list[str]]:
    """Makes a SentencePiece model of lines, and says what they are in it."""
    lines = list(lines)
    with path.open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=file, model_type="word",
            vocab_size=32, hard_vocab_limit=False, minloglevel=2,
        )  # fmt: skip
    made = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [made.encode(line, out_type=str) for line in lines]


def _split(text: str) -> list[str]:
    return text.replace(".", " .").split()


def _save_tokenizer(folder: Path, tokens: Mapping[str, int]) -> None:
    made = Tokenizer(models.WordLevel(dict(tokens), unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(".", "isolated")]
    )
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 2)]
    )
    languages = [token for token in tokens if token in ("kor_Hang", ">>kor<<")]
    PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=languages,
    ).save_pretrained(folder)


def _teach(
    model: BartForConditionalGeneration | MarianMTModel,
    tokens: Mapping[str, int],
    pairs: list[tuple[list[str], list[str]]],
) -> None:
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    longest = max(len(side) for pair in pairs for side in pair) + 2
    english = [[*(tokens[word] for word in side), 2] for side, _ in pairs]
    korean = [[*(tokens[word] for word in side), 2] for _, side in pairs]
    inputs = torch.tensor([row + [1] * (longest - len(row)) for row in english])
    aims = torch.tensor([row + [-100] * (longest - len(row)) for row in korean])
    model.train()
    for _ in range(_STEPS):
        answer = model(input_ids=inputs, attention_mask=(inputs != 1).long(), labels=aims)
        answer.loss.backward()
        optimiser.step()
        optimiser.zero_grad()
