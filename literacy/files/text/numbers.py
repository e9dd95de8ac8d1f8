"""Recognition of numbers and empty cells, and conversion of numbers without loss of digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.messages import tell

if TYPE_CHECKING:
    import pyarrow as pa

NUMBER = r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
"""Matches a plain number; ``007`` does not match, as it is a label."""
EXACT = 2**53
"""Bound beyond which float64 does not represent all integers."""
_AT_ONCE = 1 << 16
_FEW = 64
"""Maximum number of distinct texts of a column whose numbers are kept for other columns and blocks."""
_WHOLE = r"[+-]?(?:0|[1-9]\d*)"
_LONG = r"[+-]?[1-9](?:\d{15,}(?:\.\d*)?(?:[eE]\+?\d+)?|\.\d{15,}[eE]\+?(?:1[5-9]|[2-9]\d|\d{3,}))"
_HUGE = r"[+-]?(?:[1-9]\d{19,}|9[3-9]\d{17}|92[3-9]\d{16}|922[4-9]\d{15}|9223[4-9]\d{14}|92233[7-9]\d{13})"
"""Matches integers that may not fit into 64 bits."""
_SHORTENED = r"[+-]?[1-9](?:\.\d{1,6})?[eE]\+?(?:1[1-9]|[2-9]\d)"
"""Matches numbers as spreadsheets show and save them if they have more than eleven digits."""
_LOST = "(?s).*\ufffd.*|\\?{2,}"
"""Matches cells whose characters could not be saved."""
_EMPTY = ("", "NA", "NaN", "nan", "<NA>", ".")
_GAP = ("", "NA", "<NA>")


def whole_numbers(column: pd.Series) -> pd.Series:
    """Convert a float column of integral values without missing ones to int64; return other columns unchanged."""
    if column.dtype != np.float64 or not len(column):
        return column
    array = column.to_numpy()
    return column.astype(np.int64) if not np.isnan(array).any() and is_integral(array) else column


def is_integral(array: np.ndarray) -> bool:
    """Return whether all non-missing values are integral and below the bound of exact float64 integers."""
    for first in range(0, len(array), _AT_ONCE):
        some = array[first : first + _AT_ONCE]
        with np.errstate(invalid="ignore"):
            odd = (some != np.floor(some)) | (np.abs(some) >= EXACT)
        if bool((odd & ~np.isnan(some)).any()):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Kind:
    """Kind of the cells seen so far in a column; the kinds of several blocks are combined by ``|``.

    Attributes
    ----------
    text : bool
        Whether any cell is not a plain number.
    some : bool
        Whether any cell is a number.
    fraction : bool
        Whether any number is written with a decimal point or an exponent.
    long : bool
        Whether any number has more digits than float64 can be relied on to represent.
    huge : bool
        Whether any integer may not fit into 64 bits.
    shortened : bool
        Whether any number is one that a spreadsheet shortened, such as 1.5E+17.
    lost : bool
        Whether any cell holds replacement characters or only question marks.
    wide : bool
        Whether any number may have eight digits or more before its point.
    """

    text: bool = False
    some: bool = False
    fraction: bool = False
    long: bool = False
    huge: bool = False
    shortened: bool = False
    lost: bool = False
    wide: bool = False

    def __or__(self, other: Kind) -> Kind:
        return Kind(
            self.text or other.text, self.some or other.some, self.fraction or other.fraction,
            self.long or other.long, self.huge or other.huge, self.shortened or other.shortened,
            self.lost or other.lost, self.wide or other.wide,
        )  # fmt: skip

    def differs(self, other: Kind) -> str:
        """Return why the columns of two files conflict: only numbers in one, no numbers in the other ("" if not)."""
        for one, two in ((self, other), (other, self)):
            if one.some and not one.text and two.text and not two.some:
                return tell("contains texts in one file and numbers in another")
        return ""

    @property
    def form(self) -> str:
        """``text``, ``number`` (float64) or ``digits`` (integers that only int64 can represent)."""
        if self.text or not self.some:
            return "text"
        if self.long and not self.fraction:
            return "text" if self.huge else "digits"
        return "number"

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on a column of this kind, with the placeholder ``{name}`` for its name."""
        found = []
        if self.lost:
            found.append(
                tell("{name}: cells hold � or ?? in place of characters lost when the file was saved")
            )
        if self.shortened:
            found.append(
                tell(
                    "{name}: numbers such as 1.5E+17 were shortened by a spreadsheet; codes have lost digits"
                )
            )
        if self.text or not self.some or not self.long:
            return tuple(found)
        if self.fraction:
            found.append(
                tell(
                    "{name}: numbers of 16 digits and more, written with a point or beside fractions, are rounded"
                )
            )
        elif self.huge:
            found.append(tell("{name}: numbers of more than 18 digits are kept as text"))
        return tuple(found)


NOTHING = Kind()


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of some rows: for each row the index of its text among *texts*, which may contain duplicates."""

    positions: NDArray[np.uint8] | NDArray[np.int32] | NDArray[np.int64]
    texts: pa.StringArray

    @property
    def trimmed(self) -> pa.StringArray:
        """Texts without leading and trailing blanks."""
        import pyarrow.compute as pc

        return pc.utf8_trim_whitespace(self.texts)


def is_ascii(texts: pa.StringArray | pa.BinaryArray) -> bool:
    """Return whether all texts are ASCII."""
    return not len(texts) or not bool((_bytes_of(texts)[0] >= 0x80).any())


def _bytes_of(texts: pa.StringArray | pa.BinaryArray) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Return the concatenated bytes of all texts, and the offsets of the texts, including the end of the last."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    whole = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    return whole[places[0] : places[-1]], places - places[0]


def _shape(texts: pa.StringArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which texts are certainly plain numbers (minus sign, digits, at most one point), and which are integers.

    Texts with a leading zero before a digit, a plus sign, an exponent, a blank or any other character are left to a
    closer inspection.
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
    """Return the number of hits within each text."""
    total = np.concatenate([[0], np.cumsum(hits, dtype=np.int64)])
    return np.asarray(total[at[1:]] - total[at[:-1]])


def classify(columns: Sequence[Cells]) -> list[Kind]:
    """Return the kind of each column; the texts of all columns are inspected together."""
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
    text = ~(number | empty)
    shortened, lost = hit(_SHORTENED, odd & number), hit(_LOST, text)
    wide = number & ((length >= 8) | odd)
    flags = np.stack([text, number, number & ~whole, long, huge, shortened, lost, wide])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    out = np.zeros((len(flags), len(columns)), dtype=bool)
    filled = np.flatnonzero(sizes > 0)
    out[:, filled] = np.logical_or.reduceat(flags, starts[filled], axis=1)
    return [Kind(*map(bool, out[:, j])) for j in range(len(columns))]


def convert(cells: Cells, kind: Kind) -> Any:
    """Convert a column to an array for pandas: float64, Int64 (int64 if no cell is empty), or texts with NaN."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind.form == "text":
        gaps = _among(cells.trimmed, _GAP)
        texts = pc.if_else(gaps, pa.scalar(None, cells.texts.type), cells.texts)
        return text_array(texts.take(pa.array(cells.positions)))
    few = len(cells.texts) <= _FEW
    values, gaps = (
        _few_values(tuple(cells.texts.to_pylist()), kind.form) if few else _values(cells.texts, kind.form)
    )
    array = np.take(values, cells.positions)
    if kind.form == "digits" and (mask := np.take(gaps, cells.positions)).any():
        return pd.arrays.IntegerArray(array, mask)
    return array


@lru_cache(maxsize=1 << 10)
def _few_values(texts: tuple[str, ...], form: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the values of a few texts; the same codes recur in most columns and blocks of a questionnaire."""
    import pyarrow as pa

    return _values(pa.array(texts, pa.string()), form)


def _values(texts: pa.StringArray, form: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the numbers that texts stand for, of type float64 or int64, and which texts are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(texts)
    gaps = _among(trimmed, _EMPTY)
    empty = gaps.to_numpy(zero_copy_only=False)
    plain = pc.if_else(gaps, pa.scalar(None, trimmed.type), trimmed)
    if pc.any(pc.starts_with(plain, "+")).as_py():
        plain = pc.replace_substring_regex(plain, r"^\+", "")
    if form == "digits":
        return pc.cast(plain, pa.int64()).fill_null(0).to_numpy(), empty
    try:
        numbers = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # beyond the largest float
        numbers = np.array([np.nan if v is None else float(v) for v in plain.to_pylist()])
    return numbers, empty


def _among(texts: pa.StringArray, words: Sequence[str]) -> pa.BooleanArray:
    """Return which texts are among the given words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(texts, value_set=pa.array(words, texts.type))


def text_array(texts: pa.StringArray) -> Any:
    """Convert texts to the string array used by pandas."""
    import pyarrow as pa

    dtype = pd.Series([], dtype="str").dtype
    if isinstance(dtype, pd.StringDtype):
        return dtype.__from_arrow__(pa.chunked_array([texts]))  # type: ignore[attr-defined]  # the stubs lack it
    return texts.to_pandas()


def cells_of(column: pd.Series) -> Cells:
    """Convert a text column to :class:`Cells`; None and NaN become empty texts."""
    import pyarrow as pa

    positions, uniques = column.factorize()
    texts = pa.array([*(str(u) for u in uniques), ""], pa.string())
    return Cells(np.where(positions < 0, len(uniques), positions), texts)


def infer_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Convert text columns to numbers where all filled cells are plain numbers; elsewhere, empty cells become NaN."""
    columns = [cells_of(frame.iloc[:, j]) for j in range(len(frame.columns))]
    made = [convert(c, k) for c, k in zip(columns, classify(columns), strict=True)]
    return pd.DataFrame(dict(enumerate(made)), index=frame.index).set_axis(frame.columns, axis=1)
