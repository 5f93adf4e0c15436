"""Sources of models: Keras files, keras.applications, SavedModels, frozen graphs and .tflite files."""
