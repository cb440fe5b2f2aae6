"""Tiny checkpoints of published architectures, made with transformers' own classes and seeded.

Their sentences mean nothing; that every part works, from pixels to words, is what they show.
"""

from pathlib import Path

import torch
from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipProcessor
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

_SAID = "a photo of the dog cat man woman beach snow red blue black white on in and two runs"
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_SAID.split())
"""The vocabulary, in order of its tokens."""

SIDE = 64


def tiny_blip(folder: Path, seed: int = 0) -> Path:
    """Writes a BLIP of about 100,000 parameters, with its processor, into `folder`."""
    torch.manual_seed(seed)
    network = BlipForConditionalGeneration(_blip_config())
    network.save_pretrained(folder)
    tokenizer = BertTokenizer(vocab={word: token for token, word in enumerate(WORDS)})
    pictures = BlipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    BlipProcessor(pictures, tokenizer).save_pretrained(folder)
    return folder


def _blip_config() -> BlipConfig:
    small = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        # Ten times what is usual, so that different pictures get different sentences.
        "initializer_range": 0.2,
    }
    words = {
        **small,
        "vocab_size": len(WORDS),
        "encoder_hidden_size": 32,
        "max_position_embeddings": 64,
        "pad_token_id": WORDS.index("[PAD]"),
        "bos_token_id": WORDS.index("[CLS]"),
        "eos_token_id": WORDS.index("[SEP]"),
        "sep_token_id": WORDS.index("[SEP]"),
    }
    pictures = {**small, "image_size": SIDE, "patch_size": 16}
    return BlipConfig(text_config=words, vision_config=pictures, projection_dim=16)
