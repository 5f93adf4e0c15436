"""A Keras model becomes a LiteRT one. Needs the environment of build/requirements/tensorflow.lock."""

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2


def to_litert(model: tf.keras.Model) -> bytes:
    """The model as a float32 .tflite for one image, its weights frozen into it.

    Weights are frozen by hand first: TFLiteConverter.from_saved_model may drop those of a Keras 3 model in silence.
    """
    takes = tf.TensorSpec([1, *model.input_shape[1:]], tf.float32)
    frozen = convert_variables_to_constants_v2(
        tf.function(lambda images: model(images, training=False)).get_concrete_function(takes)
    )
    converted: bytes = tf.lite.TFLiteConverter.from_concrete_functions([frozen], model).convert()
    return converted
