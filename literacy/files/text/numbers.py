"""Which texts are numbers, which cells are empty, and numbers with every digit they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.messages import tell

if TYPE_CHECKING:
    import pyarrow as pa

NUMBER = r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
"""A plain number. ``007`` is none: it is a label."""
EXACT = 2**53
_AT_ONCE = 1 << 16
"""Beyond this, float64 does not distinguish whole numbers."""
_WHOLE = r"[+-]?(?:0|[1-9]\d*)"
_LONG = r"[+-]?[1-9](?:\d{15,}(?:\.\d*)?(?:[eE]\+?\d+)?|\.\d{15,}[eE]\+?(?:1[5-9]|[2-9]\d|\d{3,}))"
_HUGE = r"[+-]?(?:[1-9]\d{19,}|9[3-9]\d{17}|92[3-9]\d{16}|922[4-9]\d{15}|9223[4-9]\d{14}|92233[7-9]\d{13})"
"""Whole numbers that may not fit into 64 bits."""
_EMPTY = ("", "NA", "NaN", "nan", "<NA>", ".")
_GAP = ("", "NA", "<NA>")


def whole_numbers(column: pd.Series) -> pd.Series:
    """A float column whose cells are all present and whole as int64; any other column unchanged."""
    if column.dtype != np.float64 or not len(column):
        return column
    array = column.to_numpy()
    return column.astype(np.int64) if not np.isnan(array).any() and is_integral(array) else column


def is_integral(array: np.ndarray) -> bool:
    """Whether every present number is whole, and small enough to be distinguished from the next one."""
    for first in range(0, len(array), _AT_ONCE):
        some = array[first : first + _AT_ONCE]
        with np.errstate(invalid="ignore"):
            odd = (some != np.floor(some)) | (np.abs(some) >= EXACT)
        if bool((odd & ~np.isnan(some)).any()):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """What the cells of a column are, as far as they were seen; kinds of several blocks add up.

    Attributes
    ----------
    text : bool
        A cell is no plain number.
    some : bool
        A cell is a number.
    fraction : bool
        A number is written with a point or an exponent.
    long : bool
        A whole number has so many digits that float64 may not hold them.
    huge : bool
        A whole number does not fit into 64 bits.
    """

    text: bool = False
    some: bool = False
    fraction: bool = False
    long: bool = False
    huge: bool = False

    def __or__(self, other: Kind) -> Kind:
        return Kind(
            self.text or other.text, self.some or other.some, self.fraction or other.fraction,
            self.long or other.long, self.huge or other.huge,
        )  # fmt: skip

    def differs(self, other: Kind) -> str:
        """How the cells of two files cannot be one column: all numbers here, none there ("" where they can)."""
        for one, two in ((self, other), (other, self)):
            if one.some and not one.text and two.text and not two.some:
                return tell("contains texts in one file and numbers in another")
        return ""

    @property
    def form(self) -> str:
        """``text``, ``number`` (float64) or ``digits`` (whole numbers that only 64-bit integers hold)."""
        if self.text or not self.some:
            return "text"
        if self.long and not self.fraction:
            return "text" if self.huge else "digits"
        return "number"

    @property
    def notes(self) -> tuple[str, ...]:
        """Note on a column of this kind, its name in place of ``{name}``."""
        if self.text or not self.some or not self.long:
            return ()
        if self.fraction:
            return (
                tell(
                    "{name}: numbers of 16 digits and more, written with a point or beside fractions, are rounded"
                ),
            )
        return (tell("{name}: numbers of more than 18 digits are kept as text"),) if self.huge else ()


NOTHING = Kind()


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of some rows: the place of each row's text among texts (one may occur twice)."""

    positions: NDArray[np.uint8] | NDArray[np.int32] | NDArray[np.int64]
    texts: pa.StringArray

    @property
    def trimmed(self) -> pa.StringArray:
        """The texts without blanks around them."""
        import pyarrow.compute as pc

        return pc.utf8_trim_whitespace(self.texts)


def is_ascii(texts: pa.StringArray | pa.BinaryArray) -> bool:
    """Whether no byte of any text is beyond ASCII."""
    return not len(texts) or not bool((_bytes_of(texts)[0] >= 0x80).any())


def _bytes_of(texts: pa.StringArray | pa.BinaryArray) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """The bytes of all texts one after another, and where each begins and the last ends."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    whole = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return whole[places[0] : places[-1]], places - places[0]


def _shape(texts: pa.StringArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which texts are for certain plain numbers (a minus, digits, at most one point), and which of them are whole.

    A zero before another digit, a plus, an exponent, a blank or any other sign leaves a text to be looked at closely.
    """
    data, at = _bytes_of(texts)
    first, length = at[:-1], np.diff(at)
    some = length > 0
    begin = np.zeros(len(length), dtype=np.uint8)
    begin[some] = data[first[some]]
    minus = begin == ord("-")
    digit = (data >= ord("0")) & (data <= ord("9"))
    point = data == ord(".")
    digits, points = _within(digit, at), _within(point, at)
    head = first + minus
    more = length - minus > 1
    zero = np.zeros(len(length), dtype=bool)
    zero[more] = (data[head[more]] == ord("0")) & digit[head[more] + 1]
    plain = (digits > 0) & (points <= 1) & (digits + points + minus == length) & ~zero
    return plain, plain & (points == 0)


def _within(hits: NDArray[np.bool_], at: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many hits lie within each text."""
    total = np.concatenate([[0], np.cumsum(hits, dtype=np.int64)])
    return np.asarray(total[at[1:]] - total[at[:-1]])


def classify(columns: Sequence[Cells]) -> list[Kind]:
    """The kind of each column; all texts are looked at in one go."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not columns:
        return []
    sizes = np.array([len(c.texts) for c in columns])
    texts = pc.utf8_trim_whitespace(pa.concat_arrays([c.texts for c in columns]))
    if not len(texts):
        return [NOTHING] * len(columns)

    def hit(pattern: str, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        out = np.zeros(len(texts), dtype=bool)
        if among.any():
            some = texts if among.all() else texts.filter(pa.array(among))
            out[among] = pc.match_substring_regex(some, rf"^(?:{pattern})$").to_numpy(zero_copy_only=False)
        return out

    number, whole = _shape(texts)
    odd = ~number
    number, whole = number | hit(NUMBER, odd), whole | hit(_WHOLE, odd)
    empty = np.asarray(_among(texts, _EMPTY).to_numpy(zero_copy_only=False))
    length = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    big = (length >= 16) & number
    long, huge = hit(_LONG, big), hit(_HUGE, big & whole)
    flags = np.stack([~(number | empty), number, number & ~whole, long, huge])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    out = np.zeros((5, len(columns)), dtype=bool)
    filled = np.flatnonzero(sizes > 0)
    out[:, filled] = np.logical_or.reduceat(flags, starts[filled], axis=1)
    return [Kind(*map(bool, out[:, j])) for j in range(len(columns))]


def convert(cells: Cells, kind: Kind) -> Any:
    """One column as an array pandas takes: float64, Int64 (int64 where no cell is empty), or texts, NaN for gaps."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind.form == "text":
        gaps = _among(cells.trimmed, _GAP)
        texts = pc.if_else(gaps, pa.scalar(None, cells.texts.type), cells.texts)
        return text_array(texts.take(pa.array(cells.positions)))
    trimmed = cells.trimmed
    gaps = _among(trimmed, _EMPTY)
    plain = pc.if_else(gaps, pa.scalar(None, trimmed.type), trimmed)
    if pc.any(pc.starts_with(plain, "+")).as_py():
        plain = pc.replace_substring_regex(plain, r"^\+", "")
    if kind.form == "digits":
        whole = pc.cast(plain, pa.int64())
        mask = whole.is_null().to_numpy(zero_copy_only=False)[cells.positions]
        values = whole.fill_null(0).to_numpy()[cells.positions]
        return pd.arrays.IntegerArray(values, mask) if mask.any() else values
    try:
        numbers = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # beyond the largest float
        numbers = np.array([np.nan if v is None else float(v) for v in plain.to_pylist()])
    return numbers[cells.positions]


def _among(texts: pa.StringArray, words: Sequence[str]) -> pa.BooleanArray:
    """Which texts are one of some words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(texts, value_set=pa.array(words, texts.type))


def text_array(texts: pa.StringArray) -> Any:
    """Texts as pandas holds them."""
    import pyarrow as pa

    dtype = pd.Series([], dtype="str").dtype
    if isinstance(dtype, pd.StringDtype):
        return dtype.__from_arrow__(pa.chunked_array([texts]))  # type: ignore[attr-defined]  # the stubs lack it
    return texts.to_pandas()


def cells_of(column: pd.Series) -> Cells:
    """A column of texts as distinct texts; None and NaN are empty."""
    import pyarrow as pa

    positions, uniques = column.factorize()
    texts = pa.array([*(str(u) for u in uniques), ""], pa.string())
    return Cells(np.where(positions < 0, len(uniques), positions), texts)


def infer_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """The text columns of a frame as numbers where every filled cell is a plain number, else text with NaN for gaps."""
    columns = [cells_of(frame.iloc[:, j]) for j in range(len(frame.columns))]
    made = [convert(c, k) for c, k in zip(columns, classify(columns), strict=True)]
    return pd.DataFrame(dict(enumerate(made)), index=frame.index).set_axis(frame.columns, axis=1)
