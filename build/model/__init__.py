"""Import a trained model as a bundle. Runs in the environment of build/requirements/tensorflow.lock.

TensorFlow and Keras read these variables when they are first imported, which only modules of this package do.
"""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # oneDNN rounds differently on different processors
