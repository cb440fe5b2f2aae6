"""A small server of the Open Inference Protocol, as strict as Triton, around a tiny BLIP."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc
from PIL import Image

from deploy.torchserve.captioner.handler import CaptionModel
from services.captioner.backends.wire import open_inference_pb2 as pb
from services.captioner.backends.wire import open_inference_pb2_grpc as rpc

_Metadata = pb.ModelMetadataResponse.TensorMetadata


@dataclass
class OpenInferenceServer(rpc.GRPCInferenceServiceServicer):
    """Serves `captioner`, version 3: every declared tensor must come, in its rank, and no other.

    Args:
        model: What writes.
        rank: How many dimensions the tensors have; Triton adds one for batches.
        prompts: Whether the model takes a prompt.
        raw: Whether answers are raw bytes, as Triton's are, or typed contents.
    """

    model: CaptionModel
    rank: int = 2
    prompts: bool = True
    raw: bool = True
    ready: bool = True
    requests: list[pb.ModelInferRequest] = field(default_factory=list)

    async def ModelReady(
        self, request: pb.ModelReadyRequest, context: grpc.aio.ServicerContext
    ) -> pb.ModelReadyResponse:
        if request.name != "captioner":
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such model")
        return pb.ModelReadyResponse(ready=self.ready)

    async def ModelMetadata(
        self, request: pb.ModelMetadataRequest, context: grpc.aio.ServicerContext
    ) -> pb.ModelMetadataResponse:
        shape = [-1] * self.rank
        return pb.ModelMetadataResponse(
            name=request.name,
            versions=["3"],
            platform="python",
            inputs=[_Metadata(name=name, datatype="BYTES", shape=shape) for name in self._names()],
        )

    async def ModelInfer(
        self, request: pb.ModelInferRequest, context: grpc.aio.ServicerContext
    ) -> pb.ModelInferResponse:
        self.requests.append(request)
        given = {tensor.name: tensor for tensor in request.inputs}
        wrong = [tensor for tensor in request.inputs if list(tensor.shape) != [1] * self.rank]
        if wrong or sorted(given) != sorted(self._names()):
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "unexpected inputs")
        image, prompt = (
            tensor.contents.bytes_contents[0] if tensor else b""
            for tensor in (given["image"], given.get("prompt"))
        )
        photo = Image.open(io.BytesIO(image)).convert("RGB")
        caption = await asyncio.to_thread(lambda: self.model.captions([photo], prompt.decode())[0])
        return self._answer(caption.text.encode(), caption.confidence)

    def _names(self) -> list[str]:
        return ["image", "prompt"] if self.prompts else ["image"]

    def _answer(self, text: bytes, confidence: float) -> pb.ModelInferResponse:
        answer = pb.ModelInferResponse(model_name="captioner", model_version="3")
        contents = [
            pb.InferTensorContents(bytes_contents=[text]),
            pb.InferTensorContents(fp32_contents=[confidence]),
        ]
        packed = [struct.pack("<I", len(text)) + text, struct.pack("<f", confidence)]
        for place, (name, datatype) in enumerate((("caption", "BYTES"), ("confidence", "FP32"))):
            tensor = answer.outputs.add(name=name, datatype=datatype, shape=[1] * self.rank)
            if self.raw:
                answer.raw_output_contents.append(packed[place])
            else:
                tensor.contents.CopyFrom(contents[place])
        return answer


@asynccontextmanager
async def serving(servicer: OpenInferenceServer) -> AsyncIterator[str]:
    """Serves on a free port; gives the address."""
    server = grpc.aio.server()
    rpc.add_GRPCInferenceServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)
