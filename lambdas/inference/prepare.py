"""Image file to input tensor: decode, then preprocess."""

import numpy as np
from numpy.typing import NDArray

from inference.decode.buffers import borrow_buffers
from inference.decode.image import decode_image
from inference.preprocess.tensor import InputSpec, to_tensor


def prepare_image(data: bytes | bytearray, spec: InputSpec) -> NDArray[np.float32]:
    """Return the input tensor of an image file.

    Args:
        data: The bytes of a JPEG, PNG or WEBP file.
        spec: The input that the model expects.

    Returns:
        float32 [1, height, width, channels].

    Raises:
        InputError: The file is not a supported image, too large, or damaged.
    """
    min_size = (spec.height, spec.width) if spec.decode == "fast" else None
    with borrow_buffers() as buffers:
        return to_tensor(decode_image(data, spec.channels, buffers, min_size), spec, buffers)
