"""Tiny CLAP checkpoints with random weights, as `save_pretrained` writes published ones."""

from pathlib import Path

import torch
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

DIMENSIONS = 24


def tiny_clap(folder: Path, *, fused: bool) -> Path:
    """Fills a folder with both halves of a model; its ears take two seconds at a time."""
    torch.manual_seed(7)
    hearing = {
        "spec_size": 64,
        "patch_embeds_hidden_size": 8,
        "hidden_size": 16,
        "depths": [1, 1],
        "num_attention_heads": [2, 2],
        "num_hidden_layers": 2,
        "window_size": 4,
        "initializer_factor": 5.0,
        "enable_fusion": fused,
        "fusion_type": "aff_2d" if fused else None,
        "aff_block_r": 2,
    }
    reading = {
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "vocab_size": 50,
    }
    config = ClapConfig(audio_config=hearing, text_config=reading, projection_dim=DIMENSIONS)
    ClapModel(config).save_pretrained(folder)
    ClapFeatureExtractor(
        hop_length=1_600, max_length_s=2, truncation="fusion" if fused else "rand_trunc"
    ).save_pretrained(folder)
    return folder
