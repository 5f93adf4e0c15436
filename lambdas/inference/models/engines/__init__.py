"""The engines that run models. Each module has the function `load`, which returns a `model.Network`."""
