"""Every tensor of the published checkpoints has its place: names, shapes and counts as listed."""

import pytest
import torch

from services.captioner.backends.bmt.captioning import CaptioningNetwork
from services.captioner.backends.bmt.features import Batch
from services.captioner.backends.bmt.proposals import ProposalNetwork
from services.captioner.backends.bmt.sizes import audio_heads, video_heads
from tests.unit.captioner.bmt_made import on_no_device

AUDIO, VIDEO, CAPTION, INNER, WORDS = 128, 1024, 300, 1024, 10_172
A_KERNELS = (5, 13, 23, 35, 51, 69, 91, 121, 161, 211)
V_KERNELS = (1, 5, 9, 13, 19, 25, 35, 45, 61, 79)

Shapes = dict[str, tuple[int, ...]]


def linear(name: str, inputs: int, outputs: int) -> Shapes:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def norm(name: str, width: int) -> Shapes:
    return {f"{name}.norm.weight": (width,), f"{name}.norm.bias": (width,)}


def attention(name: str, query: int, source: int) -> Shapes:
    return {
        **linear(f"{name}.linear_Q2d", query, INNER),
        **linear(f"{name}.linear_K2d", source, INNER),
        **linear(f"{name}.linear_V2d", source, INNER),
        **linear(f"{name}.linear_d2Q", INNER, query),
    }


def feed_forward(name: str, width: int) -> Shapes:
    return {
        **linear(f"{name}.fc1", width, 4 * width),
        **linear(f"{name}.fc2", 4 * width, width),
    }


def encoder() -> Shapes:
    listed: Shapes = {}
    for layer in ("encoder.encoder_AV.layers.0", "encoder.encoder_AV.layers.1"):
        listed |= attention(f"{layer}.self_att_M1", AUDIO, AUDIO)
        listed |= attention(f"{layer}.self_att_M2", VIDEO, VIDEO)
        listed |= attention(f"{layer}.bi_modal_att_M1", AUDIO, VIDEO)
        listed |= attention(f"{layer}.bi_modal_att_M2", VIDEO, AUDIO)
        listed |= feed_forward(f"{layer}.feed_forward_M1", AUDIO)
        listed |= feed_forward(f"{layer}.feed_forward_M2", VIDEO)
        for number in range(3):
            listed |= norm(f"{layer}.res_layers_M1.{number}", AUDIO)
            listed |= norm(f"{layer}.res_layers_M2.{number}", VIDEO)
    return listed


def captioning() -> Shapes:
    listed = encoder()
    for layer in ("decoder.decoder.layers.0", "decoder.decoder.layers.1"):
        for part in ("self_att", "enc_att_A", "enc_att_V", "ff"):
            listed |= norm(f"{layer}.res_layer_{part}", CAPTION)
        listed |= attention(f"{layer}.self_att", CAPTION, CAPTION)
        listed |= attention(f"{layer}.enc_att_A", CAPTION, AUDIO)
        listed |= attention(f"{layer}.enc_att_V", CAPTION, VIDEO)
        listed |= norm(f"{layer}.bridge", 600) | linear(f"{layer}.bridge.linear", 600, CAPTION)
        listed |= feed_forward(f"{layer}.feed_forward", CAPTION)
    listed |= {"emb_C.embedder.weight": (WORDS, CAPTION)}
    return listed | linear("generator.linear", CAPTION, WORDS)


def proposing() -> Shapes:
    listed = encoder()
    for letter, width, kernels, told in (("A", 128, A_KERNELS, 144), ("V", 1024, V_KERNELS, 384)):
        for number, kernel in enumerate(kernels):
            head = f"detection_layers_{letter}.{number}.conv_layers"
            shapes = {0: (512, width, kernel), 3: (512, 512, 1), 6: (told, 512, 1)}
            for place, shape in shapes.items():
                listed |= {f"{head}.{place}.weight": shape, f"{head}.{place}.bias": shape[:1]}
    return listed


def shapes_of(network: torch.nn.Module) -> Shapes:
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


@pytest.fixture(scope="module")
def captioner() -> CaptioningNetwork:
    network = on_no_device(lambda: CaptioningNetwork(WORDS))
    assert isinstance(network, CaptioningNetwork)
    return network


@pytest.fixture(scope="module")
def proposer() -> ProposalNetwork:
    anchors = tuple(float(second) for second in range(1, 129))
    network = on_no_device(lambda: ProposalNetwork(audio_heads(anchors[:48]), video_heads(anchors)))
    assert isinstance(network, ProposalNetwork)
    return network


def test_the_captioning_network_has_the_published_tensors(captioner: CaptioningNetwork) -> None:
    assert shapes_of(captioner) == captioning()


def test_the_proposal_network_has_the_published_tensors(proposer: ProposalNetwork) -> None:
    assert shapes_of(proposer) == proposing()


def test_the_captioning_network_has_as_many_parameters_as_published(
    captioner: CaptioningNetwork,
) -> None:
    counts = {True: 0, False: 0}
    for parameter in captioner.parameters():
        counts[parameter.requires_grad] += parameter.numel()
    assert counts == {True: 50_494_852, False: 3_051_600}


def test_a_video_has_768_000_candidates(proposer: ProposalNetwork) -> None:
    rgb = torch.empty(1, 300, VIDEO, device="meta")
    audio = torch.empty(1, 800, AUDIO, device="meta")
    for positions in (proposer.pos_enc_A, proposer.pos_enc_V):
        positions.to("meta")
    assert proposer(Batch(rgb, rgb, audio)).shape == (1, 768_000, 3)
