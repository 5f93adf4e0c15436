"""An encoder of JPEGs with any sampling, whose blocks have one value each, and their pixels by definition."""

import io
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Factors = list[tuple[int, int]]

# Huffman codes for 0 to 8 bits (ITU-T T.81, tables K.3 and K.4), and for the end of a block (K.5 and K.6).
_TABLES = (
    (["00", "010", "011", "100", "101", "110", "1110", "11110", "111110"], "1010"),
    (["00", "01", "10", "110", "1110", "11110", "111110", "1111110", "11111110"], "00"),
)


def make_planes(width: int, height: int, factors: Factors, *, even_colours: bool = False) -> list[NDArray[np.int_]]:
    """Return the values, 28 to 228, of the blocks of each component, int [rows, columns].

    With `even_colours`, all blocks of a colour component have the same value.
    """
    across, down = _count_units(width, height, factors)
    random = np.random.default_rng(7)
    sizes = [(down * high, across * wide) for wide, high in factors]
    even = [bool(index) and even_colours for index in range(len(factors))]
    return [
        np.full(size, 90) if flat else random.integers(28, 229, size) for size, flat in zip(sizes, even, strict=True)
    ]


def encode(
    width: int, height: int, factors: Factors, values: list[NDArray[np.int_]], *, progressive: bool = False
) -> bytes:
    """Return a JPEG of these blocks.

    Args:
        width: Columns of the image.
        height: Rows of the image.
        factors: (horizontal, vertical) sampling factors of each component.
        values: The values of each component's blocks, as `make_planes` returns them.
        progressive: Write a first scan with the values, and a second, empty one for each component.
    """
    buffer = io.BytesIO()
    blank = Image.new("RGB" if len(factors) == 3 else "CMYK", (width, height))
    blank.save(buffer, "JPEG", subsampling=0, qtables=[[8] * 64] * 2)
    head = bytearray(buffer.getvalue())
    frame, scan = head.index(b"\xff\xc0"), head.index(b"\xff\xda")
    components = [(head[frame + 10 + 3 * index], int(index > 0 and len(factors) == 3)) for index in range(len(factors))]
    for index, (wide, high) in enumerate(factors):
        head[frame + 11 + 3 * index] = wide << 4 | high
    del head[scan + 2 + head[scan + 3] :]
    values_bits = _encode_blocks(width, height, factors, values, with_ends=not progressive)
    if not progressive:
        return bytes(head) + _pack(values_bits) + b"\xff\xd9"
    head[frame + 1], head[-2] = 0xC2, 0
    rest = b""
    for (number, table), count in zip(components, _count_blocks(width, height, factors), strict=True):
        rest += b"\xff\xda\0\x08\x01" + bytes([number, table, 1, 63, 0]) + _pack((_TABLES[table][1]) * count)
    return bytes(head) + _pack(values_bits) + rest + b"\xff\xd9"


def expand_planes(width: int, height: int, factors: Factors, values: list[NDArray[np.int_]]) -> NDArray[np.float64]:
    """Return float64 [h, w, components]: the value of the block that covers each pixel."""
    widest, highest = (max(each) for each in zip(*factors, strict=True))
    full = [
        plane.repeat(8 * highest // high, axis=0).repeat(8 * widest // wide, axis=1)[:height, :width]
        for plane, (wide, high) in zip(values, factors, strict=True)
    ]
    return np.stack(full, axis=2).astype(float)


def convert_to_rgb(full: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return RGB, 0 to 255, of YCbCr, as JFIF defines it; float64 [h, w, 3]."""
    y, cb, cr = full[:, :, 0], full[:, :, 1] - 128, full[:, :, 2] - 128
    rgb = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], axis=2)
    return rgb.clip(0, 255)


def _count_units(width: int, height: int, factors: Factors) -> tuple[int, int]:
    widest, highest = (max(each) for each in zip(*factors, strict=True))
    return ceil(width / (8 * widest)), ceil(height / (8 * highest))


def _count_blocks(width: int, height: int, factors: Factors) -> list[int]:
    """Return the number of blocks of each component in a scan that has only this component."""
    widest, highest = (max(each) for each in zip(*factors, strict=True))
    sizes = [(ceil(width * wide / widest), ceil(height * high / highest)) for wide, high in factors]
    return [ceil(across / 8) * ceil(down / 8) for across, down in sizes]


def _pack(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8).replace(b"\xff", b"\xff\0")


def _encode_blocks(
    width: int, height: int, factors: Factors, values: list[NDArray[np.int_]], *, with_ends: bool
) -> str:
    across, down = _count_units(width, height, factors)
    before = [128] * len(factors)
    parts = []
    for unit in range(across * down):
        top, left = divmod(unit, across)
        for index, (wide, high) in enumerate(factors):
            codes, end = _TABLES[index > 0 and len(factors) == 3]
            for block in range(wide * high):
                value = int(values[index][top * high + block // wide, left * wide + block % wide])
                parts.append(_encode_number(value - before[index], codes) + (end if with_ends else ""))
                before[index] = value
    return "".join(parts)


def _encode_number(difference: int, codes: list[str]) -> str:
    size = abs(difference).bit_length()
    bits = difference if difference > 0 else difference + (1 << size) - 1
    return codes[size] + (format(bits, f"0{size}b") if size else "")
