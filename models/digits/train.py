"""Make the digits bundle: train, convert, check against the source and the held-out scans, write.

Run from the repository's root, in the environment of build/requirements/tensorflow.lock:
    python -m models.digits.train
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # oneDNN rounds differently from processor to processor
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

from build import bundle, convert, parity
from models.digits import network, scans

BUNDLE = Path(__file__).parent / "bundle"
ENOUGH = 0.985


def main(folder: Path = BUNDLE) -> None:
    """Write the bundle into `folder`, or exit with a sentence and leave the one that is there."""
    held_out = scans.held_out()
    arrays = network.as_input(held_out.images)
    model = network.trained(scans.training())
    converted = convert.to_litert(model)
    scores = parity.scores(converted, arrays)
    try:
        difference = parity.compare(model.predict(arrays, verbose=0), scores)
    except parity.ParityError as error:
        sys.exit(str(error))
    accuracy = float((scores.argmax(axis=1) == held_out.labels).mean())
    if accuracy < ENOUGH:
        sys.exit(f"Held-out accuracy is {accuracy:.4f}, below {ENOUGH}: the bundle was not written.")
    digest = bundle.write(
        folder,
        name="digits",
        engine="litert",
        takes=bundle.Input(height=8, width=8, channels=1, scale=network.SCALE, offset=0.0),
        model=converted,
        labels=scans.LABELS,
        sample=scans.png(held_out.images[0]),
    )
    print(
        f"Held-out accuracy {accuracy:.4f} of {len(held_out.labels)}, conversion differs by at most {difference:.1e}."
    )
    print(f"{folder}: {len(converted):,} bytes, sha256 {digest}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
