"""ONNX graphs written in code: nodes, the values they use, and a session that runs them.

So the process needs neither torch nor transformers, and no second copy of the weights on disk.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import NodeProto, TensorProto, ValueInfoProto, helper

MICROSOFT = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""

Shape = list[str | int | None]


class Nodes:
    """Nodes of a graph in the order they run, and the values they use, by name."""

    def __init__(self) -> None:
        self._values: dict[str, npt.NDArray[Any]] = {}
        self._nodes: list[NodeProto] = []

    def put(self, name: str, value: npt.NDArray[Any]) -> str:
        """Keeps a value under a name, and returns the name."""
        self._values[name] = np.ascontiguousarray(value)
        return name

    def add(
        self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        """Adds a node, and returns the name of what it gives."""
        node = helper.make_node(operator, inputs, [output], domain=domain, **attributes)
        self._nodes.append(node)
        return output

    def session(
        self, inputs: dict[str, Shape], outputs: dict[str, Shape], threads: int
    ) -> onnxruntime.InferenceSession:
        """Opens a session; inputs of two dimensions are int32, all others are floats."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the largest batch's memory for good
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            self._model(inputs, outputs), sess_options=options, providers=["CPUExecutionProvider"]
        )
        # It keeps the graph, values and all, to open it again elsewhere: there is nowhere else.
        session._model_bytes = None
        return session

    def _model(self, inputs: dict[str, Shape], outputs: dict[str, Shape]) -> bytes:
        graph = helper.make_graph(
            self._nodes,
            "vts",
            [_declared(name, shape) for name, shape in inputs.items()],
            [_declared(name, shape) for name, shape in outputs.items()],
            initializer=[_initializer(name, value) for name, value in self._values.items()],
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        return bytes(model.SerializeToString())


def _declared(name: str, shape: Shape) -> ValueInfoProto:
    kind = TensorProto.INT32 if len(shape) == 2 else TensorProto.FLOAT
    return helper.make_tensor_value_info(name, kind, shape)


def _initializer(name: str, value: npt.NDArray[Any]) -> TensorProto:
    kind = helper.np_dtype_to_tensor_dtype(value.dtype)
    return TensorProto(name=name, data_type=kind, dims=value.shape, raw_data=value.tobytes())
