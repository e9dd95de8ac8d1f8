"""Reading of Parquet files: schema from the footer, rows in blocks, requested columns only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.files.child.guard import damaged
from literacy.files.limits import MAX_COLUMNS, over_limit, too_many
from literacy.files.sheets.small_integers import ByteColumn
from literacy.files.text.header import tell_alike
from literacy.files.text.numbers import EXACT, text_array
from literacy.files.writing.distinct import BYTE, Places
from literacy.messages import tell

MAX_FOOTER = 1 << 26
MAX_UNPACKED = 4 << 30
BATCH = 65_536
STRETCH = 1 << 15
"""Rows of a column of small integers that are unpacked at a time."""
BUNDLE = 1 << 19
"""Minimum number of rows read by one Arrow reader."""
_PLAIN = frozenset({"float64", "int8", "int16", "int32", "int64"})
_WHOLE = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"})
_INDEX = re.compile(r"__index_level_\d+__")


@dataclass(frozen=True, slots=True)
class Extent:
    """Type of a column and, for integers, the range (always including 0) and whether values are missing.

    ``nothing``: no cell has a value, so that the column is compatible with any type.
    """

    form: str
    low: int = 0
    high: int = 0
    gaps: bool = False
    whole: bool = False
    nothing: bool = False

    @property
    def wide(self) -> bool:
        """Whether the column may hold numbers of eight digits or more."""
        return not self.whole or max(self.high, -self.low) >= 10**7

    @property
    def _family(self) -> str:
        return "number" if self.whole or self.form in ("float64", "Int64") else self.form

    def differs(self, other: Extent) -> str:
        """Return why the columns of two files cannot be combined ("" if they can)."""
        if self.nothing or other.nothing:
            return ""
        if self._family != other._family:
            return tell("is of type {} in one file, of {} in another", self._family, other._family)
        beyond = max(self.high, other.high, -self.low, -other.low) > EXACT
        if self.whole != other.whole and beyond:
            return tell("contains whole numbers beyond 2^53 in one file, fractions in another")
        return ""

    def __or__(self, other: Extent) -> Extent:
        if self.nothing or other.nothing:
            kept = other if self.nothing else self
            return replace(kept, gaps=self.gaps or other.gaps)
        if not (self.whole and other.whole):
            return Extent("float64" if self.whole or other.whole else self.form)
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Extent(self.form, low, high, self.gaps or other.gaps, whole=True)

    @property
    def joint(self) -> str:
        """Type in which the column is read."""
        return _whole_form(self.low, self.high, self.gaps) if self.whole else self.form


class ParquetFile:
    """An open .parquet file.

    Attributes
    ----------
    names : tuple of str
    rows : int
    """

    def __init__(self, file: BinaryIO, where: str) -> None:
        import pyarrow
        import pyarrow.parquet

        self.where = where
        try:
            _check_footer(file, where)
            described = pyarrow.parquet.read_metadata(file)
            if described.num_columns > MAX_COLUMNS:
                raise too_many(where, described.num_columns)
            columns = [described.schema.column(j) for j in range(described.num_columns)]
            texts = [c.path for c in columns if c.physical_type == "BYTE_ARRAY"]
            file.seek(0)
            # one reader for each number of rows at a time, which is a property of the reader
            self._content, self._stretches = (
                pyarrow.parquet.ParquetFile(
                    file,
                    metadata=described,
                    read_dictionary=texts,
                    pre_buffer=False,
                    coerce_int96_timestamp_unit="us",
                )
                for _ in range(2)
            )
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise damaged(where, str(error)) from None
        fields = [f for f in self._content.schema_arrow if not _INDEX.fullmatch(f.name)]
        self.names: tuple[str, ...] = tuple(f.name for f in fields)
        if twice := sorted(n for n, times in Counter(self.names).items() if times > 1):
            raise LiteracyError(
                "io.columns", where=where, what=tell("two columns have one name: {}", ", ".join(twice[:5])),
                fix=tell("give every column a name of its own"),
            )  # fmt: skip
        self.rows: int = described.num_rows
        self._types = {f.name: f.type for f in fields}
        self._forms: dict[str, str] = {}
        self._spans: dict[str, tuple[int, int]] = {}
        self._rounded: dict[str, int] = {}
        self._alike = tell_alike(self.names)
        self._nested: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on similar names, and on rounding and conversion to text in the columns inspected so far."""
        template = tell("{}: {:,} decimal numbers of more than 15 significant digits are rounded")
        more = (
            (tell("read as text, cells that hold lists, records or bytes: {}", ", ".join(self._nested)),)
            if self._nested
            else ()
        )
        rounded = (template.format(name, count) for name, count in self._rounded.items() if count)
        return (*self._alike, *rounded, *more)

    def forms(self, columns: Sequence[str]) -> dict[str, str]:
        """Return the type each column is read as: a numpy type, ``Int64``, ``moment``, ``text`` or ``other``."""
        asked = [c for c in columns if c not in self._forms]
        self.settle(self.extents(asked))
        return {c: self._forms[c] for c in columns}

    def settle(self, extents: Mapping[str, Extent]) -> None:
        """Set the types of columns: their own, or those common to all files of a folder."""
        self._nested += [n for n in extents if n not in self._forms and _is_nested(self._types[n])]
        self._forms |= {name: extent.joint for name, extent in extents.items()}
        small = {n: e for n, e in extents.items() if e.whole and e.high - e.low < BYTE}
        self._spans |= {n: (e.low, e.high) for n, e in small.items()}

    def extents(self, columns: Sequence[str]) -> dict[str, Extent]:
        """Return the extents of the given columns, from the file's schema and statistics, or else from the cells."""
        import pyarrow as pa

        kinds = {c: self._types[c] for c in columns}
        whole = [c for c, t in kinds.items() if pa.types.is_integer(t) or _is_whole_decimal(t)]
        found = {
            c: Extent(_form(t), gaps=empty and self.rows > 0, nothing=empty or not self.rows)
            for c, t in kinds.items()
            for empty in [pa.types.is_null(t)]
        }
        self._count_rounded([c for c, t in kinds.items() if pa.types.is_decimal(t) and t.scale > 0])
        for name, (low, high, gaps) in self._extents(whole).items():
            found[name] = Extent("", low, high, gaps, whole=True, nothing=not self.rows)
        return found

    def _count_rounded(self, columns: Sequence[str]) -> None:
        """Count the decimal values with more digits than a float can represent, whatever the declared precision."""
        wide = [c for c in columns if self._types[c].precision > 15 and c not in self._rounded]
        self._rounded |= dict.fromkeys(wide, 0)
        for batch in self._batches(wide, 1 << 20) if wide else ():
            for name in wide:
                self._rounded[name] += _count_long(batch.column(name))

    def _extents(self, columns: Sequence[str]) -> dict[str, tuple[int, int, bool]]:
        """Return minimum, maximum and presence of missing values, from the file's statistics or else the cells."""
        import pyarrow.compute as pc

        stated = {name: self._stated(name) for name in columns}
        found = {name: extent for name, extent in stated.items() if extent is not None}
        unknown = [name for name in columns if name not in found]
        seen = {name: [0, 0, False] for name in unknown}
        for batch in self._batches(unknown, 1 << 20) if unknown else ():
            for name in unknown:
                column = batch.column(name)
                if column.null_count < len(column):
                    ends = pc.min_max(column)
                    low, high = int(ends["min"].as_py()), int(ends["max"].as_py())
                    seen[name][:2] = [min(seen[name][0], low), max(seen[name][1], high)]
                seen[name][2] = bool(seen[name][2]) or column.null_count > 0
        return found | {n: (int(s[0]), int(s[1]), bool(s[2])) for n, s in seen.items()}

    def _stated(self, name: str) -> tuple[int, int, bool] | None:
        place = self._content.metadata.schema.names.index(name)
        low, high, gaps = 0, 0, False
        for k in range(self._content.num_row_groups):
            group = self._content.metadata.row_group(k).column(place)
            stated = group.statistics if group.is_stats_set else None
            if stated is None or not stated.has_null_count:
                return None
            gaps = gaps or stated.null_count > 0
            if stated.null_count == group.num_values:
                continue
            if not stated.has_min_max:
                return None
            low, high = min(low, int(stated.min)), max(high, int(stated.max))
        return low, high, gaps

    def bundles(self, rows: int, groups: Sequence[int] | None = None) -> list[tuple[int, ...]]:
        """Return row groups (by default all), in order, combined into bundles of at least *rows* rows."""
        out: list[tuple[int, ...]] = []
        held: list[int] = []
        count = 0
        for k in range(self._content.num_row_groups) if groups is None else groups:
            held.append(k)
            count += self._content.metadata.row_group(k).num_rows
            if count >= rows:
                out.append(tuple(held))
                held, count = [], 0
        return [*out, tuple(held)] if held else out

    def _batches(
        self, columns: Sequence[str], rows: int, groups: Sequence[int] | None = None
    ) -> Iterator[Any]:
        import pyarrow

        if not self.rows:
            return
        try:
            # one reader per bundle: a reader over all groups holds the packed columns of two groups at each transition
            for bundle in self.bundles(BUNDLE, groups):
                for batch in self._content.iter_batches(
                    batch_size=rows, columns=list(columns), row_groups=bundle
                ):
                    _require_small(batch, self.where)
                    yield batch
                pyarrow.default_memory_pool().release_unused()  # release the unpacked data before the next bundle
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise damaged(self.where, str(error)) from None

    def _stretch(self, column: str, groups: Sequence[int] | None) -> Iterator[Any]:
        """Yield a single column in stretches that are small enough for many columns to be read side by side."""
        import pyarrow

        try:
            for bundle in self.bundles(BUNDLE, groups):
                yield from self._stretches.iter_batches(STRETCH, bundle, [column], use_threads=False)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            raise damaged(self.where, str(error)) from None

    def blocks(
        self,
        columns: Sequence[str],
        rows: int,
        groups: Sequence[int] | None = None,
        placed: Collection[str] = (),
    ) -> Iterator[tuple[pd.DataFrame, dict[str, Places]]]:
        """Yield frames of at most *rows* rows of the given columns, from all or some row groups.

        The columns among *placed* that hold small integers are given apart, as positions of one byte, and are not
        columns of the frame.
        """
        forms = self.forms(columns)
        apart = {
            name: ByteColumn(self._stretch(name, groups), *self._spans[name], self.where)
            for name in columns
            if name in placed and name in self._spans
        }
        others = [name for name in columns if name not in apart]
        for batch in self._batches(others or columns[:1], rows, groups):
            made = {j: self._convert(batch.column(name), forms[name]) for j, name in enumerate(others)}
            count = batch.num_rows
            del batch  # each column is released before the next is decoded
            frame = _frame(made, others, count)
            del made
            yield frame, {name: cells.take(count) for name, cells in apart.items()}
            del frame  # before the next rows are read

    def _convert(self, column: Any, form: str) -> Any:
        """Convert a column to the type derived from the file's statistics; raise an error if the cells do not fit."""
        import pyarrow

        try:
            return convert(column, form)
        except (pyarrow.ArrowException, ValueError, OverflowError) as error:
            raise damaged(self.where, str(error)) from None

    def _fill(self, batches: Iterator[Any], cells: np.ndarray) -> np.ndarray:
        """Fill a preallocated array with the numbers of a column, so that no second copy is held in memory."""
        at = 0
        for batch in batches:
            found = self._convert(batch.column(0), str(cells.dtype))
            if at + len(found) > len(cells):
                at = -1
                break
            cells[at : at + len(found)] = found
            at += len(found)
        if at != len(cells):
            raise damaged(self.where, "its columns hold other numbers of rows than it states")
        return cells

    def whole(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return all rows of the given columns, read column by column so that no cell is held twice."""
        forms = self.forms(columns)
        made: dict[int, Any] = {}
        held = 0
        for j, name in enumerate(columns):
            batches = self._batches([name], BATCH * 4)
            if forms[name] in _PLAIN:
                made[j] = self._fill(batches, np.empty(self.rows, dtype=forms[name]))
                held += made[j].nbytes
                continue
            parts = []
            for batch in batches:
                parts.append(self._convert(batch.column(0), forms[name]))
                held += _size(parts[-1])
                if held > MAX_UNPACKED:
                    raise _unpacks(self.where)
            made[j] = _join(parts, forms[name])
        return _frame(made, columns, self.rows)


def _frame(made: dict[int, Any], names: Sequence[str], rows: int) -> pd.DataFrame:
    frame = pd.DataFrame(made, index=pd.RangeIndex(rows), copy=False)
    return frame.set_axis([str(n) for n in names], axis=1)


def _join(parts: list[Any], form: str) -> Any:
    if not parts:
        return _empty(form)
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pd.concat([pd.Series(p) for p in parts], ignore_index=True).array


def _empty(form: str) -> Any:
    if form == "moment":
        return np.array([], dtype="datetime64[s]")
    if form in ("text", "other"):
        return pd.array([], dtype="str")
    return pd.array([], dtype="Int64") if form == "Int64" else np.array([], dtype=form)


def _size(column: Any) -> int:
    return int(column.nbytes)


def _is_whole_decimal(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_decimal(kind) and kind.scale <= 0)


def _is_nested(kind: Any) -> bool:
    """Return whether the cells are nested values, or bytes of unknown meaning."""
    import pyarrow as pa

    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_nested(inner) or pa.types.is_binary(inner) or pa.types.is_large_binary(inner))


def _count_long(decimals: Any) -> int:
    """Return the number of decimal values with more than 15 significant digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array([None if d is None else f"{d:f}" for d in decimals.unique().to_pylist()], pa.string())
    digits = pc.replace_substring_regex(pc.replace_substring(texts, ".", ""), "^-?0*|0+$", "")
    long = decimals.unique().filter(pc.fill_null(pc.greater(pc.binary_length(digits), 15), False))
    return int(pc.sum(pc.is_in(decimals, value_set=long)).as_py() or 0) if len(long) else 0


def _form(kind: Any) -> str:
    import pyarrow as pa

    if pa.types.is_boolean(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "float64"
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return "moment"
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_string(inner) or pa.types.is_large_string(inner):
        return "text"
    if pa.types.is_dictionary(kind) and (pa.types.is_integer(inner) or pa.types.is_floating(inner)):
        return "float64"
    return "other"


def _whole_form(low: int, high: int, gaps: bool) -> str:
    """Return the type for integers: the narrowest if none is missing, otherwise one that represents them exactly."""
    if low < -(2**63) or high >= 2**63:
        return "text"
    if gaps:
        return "Int64" if max(high, -low) > EXACT else "float64"
    return next(
        t for t in ("int8", "int16", "int32", "int64") if np.iinfo(t).min <= low and high <= np.iinfo(t).max
    )


def convert(column: Any, form: str) -> Any:
    """Convert an Arrow column to an array for pandas, of the given type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if form == "moment":
        if pa.types.is_date(column.type):
            column = pc.cast(column, pa.timestamp("s" if pa.types.is_date32(column.type) else "ms"))
        return column.to_pandas().array
    if form == "text":
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        texts = pc.cast(column, pa.string())
        gaps = pc.equal(pc.utf8_trim_whitespace(texts), "")
        return text_array(pc.if_else(gaps, pa.scalar(None, pa.string()), texts))
    if form == "other":
        texts = column.to_pandas().map(str, na_action="ignore").astype("str")
        return texts.mask(texts.str.strip() == "").array
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_boolean(column.type):
        column = pc.cast(column, pa.int8())
    if form == "Int64":
        whole = pc.cast(column, pa.int64())
        mask = whole.is_null().to_numpy(zero_copy_only=False)
        return pd.arrays.IntegerArray(whole.fill_null(0).to_numpy(zero_copy_only=False), mask)
    numbers = _take_numbers(column, form)
    if numbers is not None:
        return numbers
    if form == "float64":
        return pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return pc.cast(column, pa.type_for_alias(form)).to_numpy(zero_copy_only=False)


def _take_numbers(column: Any, form: str) -> np.ndarray | None:
    """Return the integers of a column directly from its buffer; None if Arrow has to convert them.

    They are cast to a narrower type only if all values fit, as the file's statistics imply.
    """
    kind = str(column.type)
    if kind not in _WHOLE:
        return None
    valid, held = column.buffers()
    if held is None:
        return None
    begin, end = column.offset, column.offset + len(column)
    cells = np.frombuffer(held, dtype=kind)[begin:end]
    if form != "float64":
        if column.null_count:
            return None
        made = cells.astype(form, copy=False)
        return made if made is cells or np.array_equal(made, cells) else None
    if not column.null_count:
        return cells.astype(np.float64)
    bits = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")[begin:end]
    return np.where(bits.view(bool), cells, np.nan)


def _require_small(batch: Any, where: str) -> None:
    """Raise an error for dictionary-encoded texts that would exceed the memory limit once expanded to all rows."""
    import pyarrow
    import pyarrow.compute

    size = 0
    for column in batch.columns:
        if pyarrow.types.is_dictionary(column.type) and str(column.type.value_type).endswith(
            ("string", "binary")
        ):
            lengths = pyarrow.compute.binary_length(column.dictionary)
            size += pyarrow.compute.sum(lengths.take(column.indices)).as_py() or 0
    if size > MAX_UNPACKED:
        raise _unpacks(where)


def _unpacks(where: str) -> LiteracyError:
    what = tell("it unpacks to more than the limit of {:,} MiB", MAX_UNPACKED >> 20)
    return over_limit(where, what, tell("export fewer columns or rows"))


def _check_footer(file: BinaryIO, where: str) -> None:
    """Raise an error if the footer is too large: it is parsed as a whole before any other check is possible."""
    file.seek(-8, 2)
    size = int.from_bytes(file.read(4), "little")
    file.seek(0)
    if size > MAX_FOOTER:
        what = tell(
            "a description of columns of {:,.0f} MiB; the limit is {} MiB", size / 2**20, MAX_FOOTER >> 20
        )
        raise over_limit(where, what, "export only the columns of the questionnaire")
