"""Make a bundle of a model that somebody has. Run in the environment of build/requirements/tensorflow.lock.

TensorFlow and Keras read these once, when they are first imported, so they are set before any module here can do that.
"""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # oneDNN rounds differently from processor to processor
