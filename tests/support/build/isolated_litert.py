"""Program of test_layers: decode and infer in an interpreter that has only the litert layer."""

import io
import sys

layer, model, arrays, scores = sys.argv[1:]
sys.path.append(layer)

import numpy as np  # noqa: E402
import simplejpeg  # noqa: E402
from ai_edge_litert.interpreter import Interpreter  # noqa: E402
from PIL import Image  # noqa: E402

picture = np.arange(64 * 48 * 3, dtype=np.uint8).reshape(48, 64, 3)
for kind in ("JPEG", "PNG", "WEBP"):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind)
    assert np.asarray(Image.open(file, formats=[kind])).shape == picture.shape
    if kind == "JPEG":
        assert simplejpeg.decode_jpeg(file.getvalue()).shape == picture.shape

interpreter = Interpreter(model_path=model, num_threads=1)
interpreter.allocate_tensors()
rows = []
for array in np.load(arrays):
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], array[np.newaxis])
    interpreter.invoke()
    rows.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0])
np.save(scores, np.stack(rows))

for name, module in sorted(sys.modules.items()):
    if "site-packages" in (getattr(module, "__file__", None) or ""):
        sys.exit(f"{name} was imported from outside the layer")
