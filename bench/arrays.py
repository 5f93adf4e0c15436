"""What each network takes: the size of its images, how pixels become numbers, and how many classes it knows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arrays:
    """float32 [1, *shape] = pixel (0..255) * scale + offset; `classes` scores come out."""

    shape: tuple[int, int, int]
    classes: int
    scale: float
    offset: float


NETWORKS = {
    "InceptionV3": Arrays((299, 299, 3), 1008, 1 / 128, -1.0),  # as the graph of 2015 normalises
    "MobileNetV2": Arrays((224, 224, 3), 1000, 1 / 127.5, -1.0),
}

# What is made of each network: an engine's bundle, exact or fast in decoding.
BUNDLES = {
    "InceptionV3": ("litert", "litert-fast", "tensorflow", "onnx"),
    "MobileNetV2": ("litert", "tensorflow", "onnx"),
}
