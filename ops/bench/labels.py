"""The label maps of the reference's way in their real form and size, filled with invented names."""

from pathlib import Path

SYNSETS = "imagenet_2012_challenge_label_map_proto.pbtxt"
NAMES = "imagenet_synset_to_human_label_map.txt"
_ALL = 21_842  # lines of the second: every synset of ImageNet, some 31 bytes each


def write_maps(folder: Path, classes: int) -> list[Path]:
    """Write class -> synset for the network's classes, and synset -> words for the whole of ImageNet."""
    entries = (
        f'entry {{\n  target_class: {number}\n  target_class_string: "{_synset(number)}"\n}}\n'
        for number in range(classes)
    )
    (folder / SYNSETS).write_text("# -*- protobuf -*-\n# LabelMap from UID to int32 target class.\n" + "".join(entries))
    (folder / NAMES).write_text("".join(f"{_synset(n)}\tkind {n}, Genus {n}\n" for n in range(_ALL)))
    return [folder / SYNSETS, folder / NAMES]


def _synset(number: int) -> str:
    return f"n{number + 4119:08d}"
