"""LitServe as in its guide, serving the same LiteRT network: an image URL in, the five best labels out.

python litserve_api.py PORT
"""

import io
import os
import sys
from typing import Any
from urllib.request import urlopen

import litserve
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

HOST = "127.0.0.1"


class Classifier(litserve.LitAPI):  # type: ignore[misc]
    """Fetch and decode a request's image, and run the network on it."""

    def setup(self, device: str) -> None:  # noqa: ARG002 - LitServe's interface
        self.network = Interpreter(os.environ["NETWORK"], num_threads=int(os.environ["THREADS"]))
        self.network.allocate_tensors()
        self.input_index = self.network.get_input_details()[0]["index"]
        self.output_index = self.network.get_output_details()[0]["index"]
        self.size = int(os.environ["SIZE"])
        self.scale, self.offset = np.float32(os.environ["SCALE"]), np.float32(os.environ["OFFSET"])
        with open(os.environ["LABELS"]) as file:  # noqa: PTH123
            self.labels = file.read().splitlines()

    def decode_request(self, request: dict[str, str], **_: Any) -> Any:
        with urlopen(request["url"]) as reply:  # noqa: S310 - loopback
            image = Image.open(io.BytesIO(reply.read())).convert("RGB")
        resized = image.resize((self.size, self.size), Image.Resampling.BILINEAR)
        return np.asarray(resized, np.float32)[None] * self.scale + self.offset

    def predict(self, x: Any, **_: Any) -> Any:
        self.network.set_tensor(self.input_index, x)
        self.network.invoke()
        return self.network.get_tensor(self.output_index)[0]

    def encode_response(self, output: Any, **_: Any) -> dict[str, Any]:
        return {"labels": [[self.labels[index], float(output[index])] for index in np.argsort(-output)[:5]]}


if __name__ == "__main__":
    server = litserve.LitServer(Classifier(), accelerator="cpu", workers_per_device=1)
    server.run(host=HOST, port=int(sys.argv[1]), generate_client_file=False, log_level="warning")
