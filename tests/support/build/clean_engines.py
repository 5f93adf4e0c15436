"""Run by test_engines in a bare interpreter, with a function's zip and its layers as its whole world."""

import hashlib
import json
import sys
from pathlib import Path

folder, arrays, scores, *places = sys.argv[1:]
sys.path += places

import numpy as np  # noqa: E402

from inference.models.bundle import Bundle  # noqa: E402
from inference.models.memory_file import MemoryFile  # noqa: E402
from inference.models.model import build_model  # noqa: E402

files = {file.name: file.read_bytes() for file in Path(folder).iterdir()}
manifest = json.loads(files["manifest.json"])
pages = MemoryFile("model", len(files[manifest["model"]]))
pages.write(files[manifest["model"]], 0)
sha256 = hashlib.sha256(files["manifest.json"]).hexdigest()
with Bundle("s3://bucket/digits", sha256, manifest, pages, files) as bundle:
    model = build_model(bundle, 1)
np.save(scores, np.stack([model.network.predict(array[np.newaxis]) for array in np.load(arrays)]))
Path(f"{scores}.labels").write_text("\n".join(model.labels))

for name, module in sorted(sys.modules.items()):
    file = getattr(module, "__file__", None) or ""
    if "site-packages" in file and not any(file.startswith(place) for place in places):
        sys.exit(f"{name} came from outside of the layers")
if "tensorflow" in sys.modules:
    sys.exit("TensorFlow's Python was imported")
