"""Preparing an image file as the input tensor of a model."""

import numpy as np

from inference.prepare import prepare_image
from inference.preprocess.tensor import InputSpec
from tests.support.lambdas.pictures import encode, photo


def test_tensor_has_shape_type_and_scale_of_spec() -> None:
    data = encode(photo(size=(64, 48)), "PNG")
    scaled = prepare_image(data, InputSpec(height=8, width=10, channels=3, scale=1 / 127.5, offset=-1.0))
    plain = prepare_image(data, InputSpec(height=8, width=10, channels=3, scale=1.0, offset=0.0))
    assert scaled.shape == (1, 8, 10, 3)
    assert scaled.dtype == np.float32
    assert float(plain.max()) > 200
    np.testing.assert_allclose(scaled, plain / 127.5 - 1, atol=1e-6)
