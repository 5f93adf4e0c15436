"""Program of test_engines: load a bundle and infer in an interpreter that has only a function and its layers."""

import hashlib
import json
import sys
from pathlib import Path

folder, arrays, scores, *paths = sys.argv[1:]
sys.path += paths

import numpy as np  # noqa: E402

from inference.models.bundle import Bundle  # noqa: E402
from inference.models.memory_file import MemoryFile  # noqa: E402
from inference.models.model import build_model  # noqa: E402

files = {file.name: file.read_bytes() for file in Path(folder).iterdir()}
manifest = json.loads(files["manifest.json"])
memory_file = MemoryFile("model", len(files[manifest["model"]]))
memory_file.write(files[manifest["model"]], 0)
sha256 = hashlib.sha256(files["manifest.json"]).hexdigest()
with Bundle("s3://bucket/digits", sha256, manifest, memory_file, files) as bundle:
    model = build_model(bundle, 1)
np.save(scores, np.stack([model.network.predict(array[np.newaxis]) for array in np.load(arrays)]))
Path(f"{scores}.labels").write_text("\n".join(model.labels))

for name, module in sorted(sys.modules.items()):
    file = getattr(module, "__file__", None) or ""
    if "site-packages" in file and not any(file.startswith(path) for path in paths):
        sys.exit(f"{name} was imported from outside the layers")
if "tensorflow" in sys.modules:
    sys.exit("TensorFlow's Python package was imported")
