"""Tiny checkpoints of the published architectures, with random weights and a vocabulary of words.

Each builder fills a folder as `save_pretrained` does, in less than a second.
"""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BartConfig,
    BertTokenizer,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipProcessor,
    CLIPImageProcessorPil,
    Florence2Config,
    Florence2ForConditionalGeneration,
    Florence2Processor,
    GitConfig,
    GitForCausalLM,
    GitProcessor,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

SIDE = 32
_SAID = """
a an the of photo picture dog cat man woman child runs sits on in under grass beach snow tree red
blue green small large old young two three with ball bike and near water what does image describe ?
"""
WORDS = _SAID.split()

_TEXT: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}
_CHAT = (
    "{% for message in messages %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image> {% else %}{{ part['text'] }} {% endif %}"
    "{% endfor %}{% endfor %}"
)
_VISION: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "image_size": SIDE,
    "patch_size": 8,
}


def tiny_blip(folder: Path) -> Path:
    tokenizer, words = _bert_tokenizer(folder)
    torch.manual_seed(7)
    config = BlipConfig(
        text_config={
            **_TEXT,
            "encoder_hidden_size": 32,
            "vocab_size": len(words),
            "bos_token_id": words.index("[DEC]"),
            "sep_token_id": words.index("[SEP]"),
            "eos_token_id": words.index("[SEP]"),
            "pad_token_id": 0,
            "initializer_range": 0.5,
        },
        vision_config={**_VISION, "initializer_range": 0.3},
        projection_dim=32,
    )
    model = BlipForConditionalGeneration(config)
    # Random weights would now and then end a sentence before its first word.
    model.text_decoder.cls.predictions.bias.data[words.index("[SEP]")] = -4.0
    model.save_pretrained(folder)
    size = {"height": SIDE, "width": SIDE}
    BlipProcessor(BlipImageProcessorPil(size=size), tokenizer).save_pretrained(folder)
    return folder


def tiny_git(folder: Path) -> Path:
    tokenizer, words = _bert_tokenizer(folder)
    torch.manual_seed(7)
    config = GitConfig(
        vision_config={**_VISION, "initializer_range": 0.3},
        **_TEXT,
        vocab_size=len(words),
        bos_token_id=words.index("[CLS]"),
        eos_token_id=words.index("[SEP]"),
        pad_token_id=0,
        initializer_range=0.5,
    )
    GitForCausalLM(config).save_pretrained(folder)
    GitProcessor(_clip_pictures(), tokenizer).save_pretrained(folder)
    return folder


def tiny_florence(folder: Path) -> Path:
    words = ["<s>", "<pad>", "</s>", "<unk>", "<image>", *WORDS]
    tokenizer = _places_tokenizer(words)
    torch.manual_seed(7)
    text = BartConfig(
        vocab_size=len(words),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        init_std=0.5,
        forced_eos_token_id=2,
        decoder_start_token_id=2,
    )
    config = Florence2Config(
        text_config=text.to_dict(),
        vision_config={
            "depths": (1, 1),
            "patch_size": (7, 3),
            "patch_stride": (4, 2),
            "patch_padding": (3, 1),
            "patch_prenorm": (False, True),
            "embed_dim": (8, 16),
            "num_heads": (2, 2),
            "num_groups": (2, 2),
            "window_size": 4,
            "projection_dim": 32,
        },
        image_token_id=words.index("<image>"),
    )
    Florence2ForConditionalGeneration(config).save_pretrained(folder)
    pictures: Any = _clip_pictures()
    # Four by four patches after both strides, and one token for all of them.
    pictures.image_seq_length = (SIDE // 8) ** 2 + 1
    Florence2Processor(pictures, tokenizer).save_pretrained(folder)
    return folder


def tiny_llava(folder: Path) -> Path:
    words = ["<s>", "<pad>", "</s>", "<unk>", "<image>", *WORDS]
    torch.manual_seed(7)
    text = {
        "model_type": "llama",
        "vocab_size": len(words),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "initializer_range": 0.5,
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }
    vision = {"model_type": "clip_vision_model", **_VISION, "projection_dim": 32}
    config = LlavaConfig(
        vision_config=vision, text_config=text, image_token_index=words.index("<image>")
    )
    LlavaForConditionalGeneration(config).save_pretrained(folder)
    LlavaProcessor(
        _clip_pictures(),
        _places_tokenizer(words),
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=_CHAT,
    ).save_pretrained(folder)
    return folder


def _clip_pictures() -> CLIPImageProcessorPil:
    size = {"height": SIDE, "width": SIDE}
    return CLIPImageProcessorPil(size=size, crop_size=size, do_center_crop=False)


def _bert_tokenizer(folder: Path) -> tuple[BertTokenizer, list[str]]:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", *WORDS]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    return BertTokenizer.from_pretrained(str(folder)), words


def _places_tokenizer(words: list[str]) -> PreTrainedTokenizerFast:
    places = {word: place for place, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(places, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        extra_special_tokens={"image_token": "<image>"},
    )
