"""What the networks see and hear: log-mel bands, windows of frames, flow."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from services.captioner.backends.bmt.flow import flow_of, quantised
from services.captioner.backends.bmt.i3d import I3d
from services.captioner.backends.bmt.logmel import examples, log_mel
from services.captioner.backends.bmt.raft import Raft, _looked_up
from services.captioner.backends.bmt.vggish import Vggish
from services.captioner.backends.bmt.windows import windows
from tests.unit.captioner.bmt_made import on_no_device


def sound(seconds: float, seed: int = 0) -> NDArray[np.float32]:
    generator = np.random.default_rng(seed)
    return generator.uniform(-0.8, 0.8, round(seconds * 16_000)).astype(np.float32)


def published(samples: NDArray[np.float32]) -> list[list[float]]:
    """The recipe written out number by number, as a check on the fast one."""
    edges = [
        1127 * math.log(1 + 125 / 700)
        + place * (1127 * math.log(1 + 7500 / 700) - 1127 * math.log(1 + 125 / 700)) / 65
        for place in range(66)
    ]
    rows = []
    for start in range(0, len(samples) - 400 + 1, 160):
        piece = [
            float(samples[start + n]) * (0.5 - 0.5 * math.cos(2 * math.pi * n / 400))
            for n in range(400)
        ]
        magnitudes = np.abs(np.fft.fft(piece + [0.0] * 112)[:257])
        bands = [0.0] * 64
        for number in range(1, 257):
            mel = 1127 * math.log(1 + number * 16_000 / 512 / 700)
            for band in range(64):
                low, middle, high = edges[band : band + 3]
                weight = min((mel - low) / (middle - low), (high - mel) / (high - middle))
                bands[band] += max(0.0, weight) * float(magnitudes[number])
        rows.append([math.log(band + 0.01) for band in bands])
    return rows


def test_log_mel_bands_agree_with_the_published_recipe() -> None:
    samples = sound(0.06)
    made = log_mel(samples)
    assert made.shape == (4, 64)
    np.testing.assert_allclose(made, published(samples), atol=1e-5)


def test_silence_is_the_logarithm_of_the_offset() -> None:
    np.testing.assert_allclose(log_mel(np.zeros(400, np.float32)), math.log(0.01), rtol=1e-6)


def test_sound_in_blocks_gives_the_examples_of_the_whole() -> None:
    samples = sound(3.0)
    blocks = np.split(samples, [7, 1000, 1001, 30_000])
    made = list(examples(blocks))
    assert [example.shape for example in made] == [(96, 64)] * 3
    np.testing.assert_allclose(np.concatenate(made), log_mel(samples)[:288], atol=1e-6)


@pytest.mark.parametrize(("samples", "count"), [(15_599, 0), (15_600, 1), (562_480, 36)])
def test_an_example_needs_the_whole_of_its_last_window(samples: int, count: int) -> None:
    assert len(list(examples([np.zeros(samples, np.float32)]))) == count


@pytest.mark.parametrize(
    ("frames", "count", "last"),
    [
        (0, 0, []),
        (1, 1, [0] * 65),
        (3, 1, [0, 1, 2] * 21 + [0, 1]),
        (65, 1, list(range(65))),
        (77, 1, list(range(65))),  # 12 are left over: too few
        (78, 2, list(range(64, 78)) * 4 + list(range(64, 73))),
        (129, 3, [128] * 65),  # 64 are left over by that count, and one frame is new
        (130, 2, list(range(64, 129))),  # divides by 65: nothing is left over
        (879, 14, [832 + n % 47 for n in range(65)]),  # 35.155 s
    ],
)
def test_windows_overlap_by_one_frame_and_the_last_is_repeated(
    frames: int, count: int, last: list[int]
) -> None:
    cut = list(windows(range(frames)))
    assert len(cut) == count
    assert all(len(window) == 65 for window in cut)
    assert (cut[-1] if cut else []) == last


def test_a_minute_is_cut_without_being_held() -> None:
    pending = 0

    def frames() -> "object":
        nonlocal pending
        for number in range(1500):
            pending += 1
            yield number

    longest = 0
    for _ in windows(frames()):  # type: ignore[arg-type]
        longest, pending = max(longest, pending), 0
    assert longest == 65


def test_i3d_makes_1024_features_of_a_window_of_pictures_or_flow() -> None:
    for channels in (3, 2):
        network = on_no_device(lambda channels=channels: I3d(channels))  # type: ignore[misc]
        clip = torch.empty(1, channels, 64, 224, 224, device="meta")
        assert network(clip).shape == (1, 1024)


@torch.inference_mode()
def test_i3d_averages_as_a_pool_of_two_by_seven_by_seven_does() -> None:
    torch.manual_seed(0)
    network = I3d(2).eval()
    clip = torch.rand(1, 2, 24, 64, 64)
    maps: list[torch.Tensor] = []
    network.get_submodule("Mixed_5c").register_forward_hook(lambda *told: maps.append(told[2]))
    made = network(clip)
    assert maps[0].shape == (1, 1024, 3, 2, 2)
    pooled = torch.nn.functional.avg_pool3d(maps[0], (2, 2, 2), stride=1)
    assert torch.allclose(made, pooled.squeeze(4).squeeze(3).mean(2), atol=1e-6)


@torch.inference_mode()
def test_vggish_reads_its_maps_row_by_row_channels_last() -> None:
    network = Vggish(hidden=8).eval()
    made = network(torch.rand(3, 96, 64))
    assert made.shape == (3, 128)
    assert made.min() >= 0.0
    first = network.embeddings[0]
    seen: list[torch.Tensor] = []
    first.register_forward_hook(lambda *told: seen.append(told[1][0]))
    example = torch.rand(1, 96, 64)
    network(example)
    maps = network.features(example.unsqueeze(1))[0]
    assert maps.shape == (512, 6, 4)
    assert seen[0][0, 513].item() == maps[1, 0, 1].item()


def test_flow_is_clamped_and_brought_to_256_steps() -> None:
    flow = torch.tensor([-50.0, -20.0, 0.0, 1.0, 20.0, 50.0])
    steps = (quantised(flow) + 1) * 255 / 2
    assert steps.tolist() == pytest.approx([0, 0, 128, 134, 255, 255], abs=1e-4)


@torch.inference_mode()
def test_raft_tells_a_flow_for_every_pixel_of_every_pair() -> None:
    torch.manual_seed(0)
    frames = torch.rand(4, 3, 130, 141) * 255
    flow = flow_of(Raft(rounds=2).eval(), frames)
    assert flow.shape == (3, 2, 130, 141)
    assert bool(flow.isfinite().all())


def test_raft_looks_at_the_likeness_around_where_a_pixel_went() -> None:
    maps = torch.arange(20.0 * 24).view(1, 1, 20, 24)
    place = torch.tensor([10.0, 8.0]).view(1, 2, 1, 1)  # column 10, row 8
    near = _looked_up([maps], place).view(9, 9)
    # Columns vary slowest, as the published weights expect.
    expected = maps[0, 0, 4:13, 6:15].T
    assert torch.allclose(near, expected, atol=1e-3)


def test_raft_has_the_published_tensors() -> None:
    names = on_no_device(Raft).state_dict()
    assert names["update_block.encoder.convc1.weight"].shape == (256, 324, 1, 1)
    assert names["update_block.gru.convz2.weight"].shape == (128, 384, 5, 1)
    assert names["update_block.mask.2.weight"].shape == (576, 256, 1, 1)
    assert names["fnet.conv2.weight"].shape == (256, 128, 1, 1)
    assert names["cnet.layer2.0.downsample.1.running_var"].shape == (96,)
    assert "fnet.norm1.weight" not in names
    parameters = sum(p.numel() for p in on_no_device(Raft).parameters())
    assert parameters == 5_257_536
