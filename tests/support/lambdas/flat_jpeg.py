"""JPEGs of any sampling: an encoder of blocks of one value each, and the pixels that they mean by definition."""

import io
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Factors = list[tuple[int, int]]

# The codes of the standard's tables K.3 and K.4 for 0 to 8 bits, and for the end of a block (K.5 and K.6).
_TABLES = (
    (["00", "010", "011", "100", "101", "110", "1110", "11110", "111110"], "1010"),
    (["00", "01", "10", "110", "1110", "11110", "111110", "1111110", "11111110"], "00"),
)


def planes(width: int, height: int, factors: Factors, *, even_colours: bool = False) -> list[NDArray[np.int_]]:
    """For each component a value for each of its blocks, 28 to 228; of colours one value alone with `even_colours`."""
    across, down = _units(width, height, factors)
    random = np.random.default_rng(7)
    sizes = [(down * high, across * wide) for wide, high in factors]
    even = [bool(index) and even_colours for index in range(len(factors))]
    return [
        np.full(size, 90) if flat else random.integers(28, 229, size) for size, flat in zip(sizes, even, strict=True)
    ]


def encode(
    width: int, height: int, factors: Factors, values: list[NDArray[np.int_]], *, progressive: bool = False
) -> bytes:
    """A JPEG of these blocks' values, sampled across and down as `factors` say.

    One scan, or with `progressive` one of the values and one for each component that says there is nothing else.
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
    values_bits = _bits(width, height, factors, values, with_ends=not progressive)
    if not progressive:
        return bytes(head) + _packed(values_bits) + b"\xff\xd9"
    head[frame + 1], head[-2] = 0xC2, 0
    rest = b""
    for (number, table), count in zip(components, _blocks(width, height, factors), strict=True):
        rest += b"\xff\xda\0\x08\x01" + bytes([number, table, 1, 63, 0]) + _packed((_TABLES[table][1]) * count)
    return bytes(head) + _packed(values_bits) + rest + b"\xff\xd9"


def full_planes(width: int, height: int, factors: Factors, values: list[NDArray[np.int_]]) -> NDArray[np.float64]:
    """[h, w, components]: each block's value at all pixels that it covers."""
    widest, highest = (max(each) for each in zip(*factors, strict=True))
    full = [
        plane.repeat(8 * highest // high, axis=0).repeat(8 * widest // wide, axis=1)[:height, :width]
        for plane, (wide, high) in zip(values, factors, strict=True)
    ]
    return np.stack(full, axis=2).astype(float)


def colours(full: NDArray[np.float64]) -> NDArray[np.float64]:
    """Red, green and blue of brightness, blueness and redness, as JFIF defines them."""
    y, cb, cr = full[:, :, 0], full[:, :, 1] - 128, full[:, :, 2] - 128
    rgb = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], axis=2)
    return rgb.clip(0, 255)


def _units(width: int, height: int, factors: Factors) -> tuple[int, int]:
    widest, highest = (max(each) for each in zip(*factors, strict=True))
    return ceil(width / (8 * widest)), ceil(height / (8 * highest))


def _blocks(width: int, height: int, factors: Factors) -> list[int]:
    """How many blocks each component has in a scan of its own."""
    widest, highest = (max(each) for each in zip(*factors, strict=True))
    sizes = [(ceil(width * wide / widest), ceil(height * high / highest)) for wide, high in factors]
    return [ceil(across / 8) * ceil(down / 8) for across, down in sizes]


def _packed(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8).replace(b"\xff", b"\xff\0")


def _bits(width: int, height: int, factors: Factors, values: list[NDArray[np.int_]], *, with_ends: bool) -> str:
    across, down = _units(width, height, factors)
    before = [128] * len(factors)
    parts = []
    for unit in range(across * down):
        top, left = divmod(unit, across)
        for index, (wide, high) in enumerate(factors):
            codes, end = _TABLES[index > 0 and len(factors) == 3]
            for block in range(wide * high):
                value = int(values[index][top * high + block // wide, left * wide + block % wide])
                parts.append(_number(value - before[index], codes) + (end if with_ends else ""))
                before[index] = value
    return "".join(parts)


def _number(difference: int, codes: list[str]) -> str:
    size = abs(difference).bit_length()
    bits = difference if difference > 0 else difference + (1 << size) - 1
    return codes[size] + (format(bits, f"0{size}b") if size else "")
