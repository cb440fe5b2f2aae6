"""I3D and RAFT compute what their published PyTorch code computes.

The numbers were made by running that code (kinetics_i3d_pytorch as in github.com/v-iashin/BMT's
features, and princeton-vl/RAFT) on these weights and frames.
"""

import pytest
import torch

from services.captioner.backends.bmt.i3d import I3d, renamed
from services.captioner.backends.bmt.raft import Raft
from tests.unit.captioner.bmt_made import lower_case, noise, noisy

FEATURES = (1349.04138, 3691.61865, 1329.19019, 3313.53076, 609.58954, 0, 0, 0)
FEATURES_AFTER = (1708.16223, 368.40195, 62.17070)
PLACES = [3, 60, 127], [5, 77, 130]
FLOWS = [
    [[0.9229723, 1.6834445, -0.0715639], [1.0062121, 2.2393494, -0.4146679]],
    [[0.9225142, 1.3355153, -0.0861573], [1.1074387, 2.4110124, -0.2847860]],
]


@torch.inference_mode()
def test_i3d_has_the_features_of_the_published_code() -> None:
    network = I3d(2, epsilon=1e-5)
    weights, epsilon = renamed(lower_case(noisy(network, 0.1)))
    assert epsilon == 1e-5
    network.load_state_dict(weights, strict=False)
    made = network.eval()(noise("clip", 1, 2, 24, 32, 32))[0, ::100]
    assert made.tolist() == pytest.approx([*FEATURES, *FEATURES_AFTER], rel=1e-4)


@torch.inference_mode()
def test_raft_has_the_flow_of_the_published_code() -> None:
    network = Raft(rounds=3)
    network.load_state_dict(noisy(network, 0.05))
    flow = network.eval()((noise("frames", 3, 3, 128, 136) + 1) * 127.5)
    assert flow.shape == (2, 2, 128, 136)
    rows, columns = PLACES
    for pair, expected in zip(flow, FLOWS, strict=True):
        told = pair[:, rows, columns].tolist()
        assert told == [pytest.approx(numbers, abs=1e-3) for numbers in expected]
