"""The label maps of the reference's way in their real form, filled with invented names."""

from pathlib import Path

from build.model.labels import MAPS

ALL = range(21_842)  # every synset of ImageNet, a line of some 31 bytes each


def write_maps(folder: Path, classes: range, synsets: range) -> list[Path]:
    """Write class -> synset for the network's classes that have a label, and synset -> words for `synsets`."""
    entries = "".join(f'entry {{\n  target_class: {n}\n  target_class_string: "n{n:08}"\n}}\n' for n in classes)
    maps = [folder / name for name in MAPS]
    maps[0].write_text(f"# -*- protobuf -*-\n# LabelMap from UID to int32 target class.\n{entries}")
    maps[1].write_text("".join(f"n{n:08}\tthing {n}, object {n}\n" for n in synsets))
    return maps
