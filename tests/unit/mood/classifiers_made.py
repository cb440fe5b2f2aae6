"""Tiny BERT classifiers, as folders that `save_pretrained` fills in less than a second."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)

_SAID = """
i am so very the a is it this was happy glad great joyful sad lonely cry tears angry mad furious
hate calm quiet still peace evening today song drive home rainy 오늘 정말 기뻐 슬퍼 화나
"""
WORDS = _SAID.split()
LABELS = ("joy", "sadness", "anger", "neutral")


def tiny_tokenizer(folder: Path, words: Sequence[str] = WORDS) -> int:
    """Saves a tokenizer of whole words; returns how many tokens it has."""
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words]
    numbered = {word: number for number, word in enumerate(tokens)}
    made = Tokenizer(models.WordLevel(numbered, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=made,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(folder)
    return len(tokens)


def tiny_config(tokens: int, spread: float = 0.3, **more: Any) -> BertConfig:
    return BertConfig(
        vocab_size=tokens,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        pad_token_id=0,
        initializer_range=spread,
        **more,
    )


def tiny_encoder(folder: Path) -> Path:
    """An encoder without a head, for training to begin with."""
    tokens = tiny_tokenizer(folder)
    torch.manual_seed(3)
    BertModel(tiny_config(tokens, spread=0.05)).save_pretrained(folder)
    return folder


def tiny_classifier(
    folder: Path,
    labels: Sequence[str] = LABELS,
    section: Mapping[str, Any] | None = None,
    problem: str | None = "multi_label_classification",
) -> Path:
    """A classifier with random weights; `section` is what its `config.json` says for VTS."""
    tokens = tiny_tokenizer(folder)
    torch.manual_seed(5)
    names = dict(enumerate(labels))
    config = tiny_config(
        tokens,
        id2label=names,
        label2id={label: number for number, label in names.items()},
        problem_type=problem,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    if section is not None:
        path = folder / "config.json"
        written = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**written, "vts_mood": section}), encoding="utf-8")
    return folder
