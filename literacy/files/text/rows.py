"""Reading of the rows of a text table: in pieces by pyarrow, or line by line where a line is irregular."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from literacy.errors import LiteracyError
from literacy.files.limits import MAX_TEXT_LINE, over_limit
from literacy.files.text.columncells import distinct_cells
from literacy.files.text.decoding import decode_bytes, decode_lines
from literacy.files.text.header import Header
from literacy.files.text.inspection import Text, cut_off
from literacy.files.text.keptcells import CellStore, KeptCells
from literacy.files.text.linesigns import MARK, has_stray_quote, read_signs
from literacy.files.text.losses import Losses
from literacy.files.text.numbers import Cells, is_ascii
from literacy.files.text.oddrows import summary_word
from literacy.messages import tell

if TYPE_CHECKING:
    import pyarrow as pa

PIECE = 1 << 23
"""Maximum number of bytes parsed at once, except for a longer single row."""
LINES, CELLS = 25_000, 1_500_000
"""Lines parsed at once, if they fit into a piece; more for few columns, up to the given number of cells."""
CHUNK = 1 << 20
FEW = 2
"""Number of processors up to which threads cost half as much processor time again and save a sixth of the wait."""
_FEED = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """Parsed rows: number of bytes, number of line ends, irregular lines, stored cells by column."""

    size: int
    lines: int
    losses: Losses
    cells: dict[str, KeptCells]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a text table, which can be read repeatedly.

    They are parsed once and then stored, as far as there is room: a command reads them two or three times.
    """

    text: Text
    header: Header
    where: str
    store: CellStore
    kept: list[Piece] = field(default_factory=list)

    def read(
        self, columns: Sequence[str], losses: Losses, *, keep: bool = False
    ) -> Iterator[tuple[int, list[Cells]]]:
        """Yield the number of rows and the cells of the given columns, by piece; *losses* collects irregular lines.

        With ``keep``, the rows are stored to be read again.

        Raises
        ------
        LiteracyError
            ``io.damaged`` for a line with too many cells, an unclosed quote or a truncated last line, ``io.limit`` for
            a quoted cell that is too long.
        """
        at = [self.header.names.index(c) for c in columns] if len(columns) < 50 else self._places(columns)
        line, start, wanted = self.header.line, self.header.start, set(columns)
        for k, piece in enumerate(self.kept):
            if not piece.cells.keys() >= wanted:
                del self.kept[k:]
                break
            line, start = line + piece.lines, start + piece.size
            losses.add(piece.losses)
            yield piece.losses.rows, [self.store.get(piece.cells[c]) for c in columns]
        keep = keep and start == self.header.start + sum(p.size for p in self.kept)
        for data in self._pieces(start, max(LINES, CELLS // max(1, len(columns)))):
            noticed = Losses()
            count, cells = self._quick(data, columns, line, noticed) or self._slow(data, line, at, noticed)
            noticed.rows = count
            losses.add(noticed)
            ends = data.count(b"\n")
            line += ends
            keep = keep and self._keep(len(data), ends, noticed, dict(zip(columns, cells, strict=True)))
            start += len(data)
            yield count, cells
        losses.last_line = line if line > self.header.line else line - 1

    def _keep(self, size: int, lines: int, losses: Losses, cells: dict[str, Cells]) -> bool:
        """Store rows; return False if there is no room for them."""
        try:
            kept = self.store.put(cells)
        except OSError:  # too little room for temporary files: the rows are parsed again
            return False
        self.kept.append(Piece(size, lines, losses, kept))
        return True

    def _places(self, columns: Sequence[str]) -> list[int]:
        known = {name: j for j, name in enumerate(self.header.names)}
        return [known[c] for c in columns]

    def _pieces(self, at: int, lines: int) -> Iterator[bytes]:
        """Yield the bytes of whole rows from an offset: *lines* lines each, or as many as fit into about 8 MiB."""
        size = PIECE
        while data := self.text.read(at, size):
            last = at + len(data) >= self.text.end
            cut = _lines_end(data, lines)
            usual = min(PIECE, cut + cut // 8) if cut else PIECE  # only slightly more than is needed
            cut = cut or _even_end(data)
            if cut == 0 and not last:
                if len(data) <= MAX_TEXT_LINE:
                    size += PIECE  # a row longer than a piece: read more to find its end
                    continue
                cut = self._row_end(data)
            if cut:
                yield data[:cut]
                at, size = at + cut, usual
            if last and (not cut or cut == len(data)):
                if not cut and data.strip(b"\r\n"):
                    yield data
                return

    def _row_end(self, data: bytes) -> int:
        """Return the end of the last complete row if it cannot be determined by counting quotes."""
        lines, done, cut = data.count(b"\n"), 0, 0
        with _long_cells():
            reader = csv.reader(
                io.StringIO(data.decode("latin-1"), newline=""), delimiter=self.header.separator
            )
            for _ in reader:
                done = reader.line_num if reader.line_num < lines else done
        for _ in range(done):
            cut = data.find(b"\n", cut) + 1
        if cut == 0:
            what = tell(
                "a quoted cell of more than {} MiB; the limit is {} MiB",
                MAX_TEXT_LINE >> 20,
                MAX_TEXT_LINE >> 20,
            )
            raise over_limit(self.where, what, tell("close the quote, or export the data again"))
        return cut

    def _quick(
        self, piece: bytes, columns: Sequence[str], first: int, losses: Losses
    ) -> tuple[int, list[Cells]] | None:
        """Parse rows by pyarrow; return None if a line is irregular, so that the lines must be parsed one by one."""
        body = piece.rstrip(b"\r\n")
        lines = body.count(b"\n") + 1
        signs = read_signs(body, self.header, self.text.codec)
        if signs.odd:
            return None
        quoted = b'"' in body
        wanted = list(columns) or [self.header.names[0]]
        table = self._parse(body, wanted, CHUNK, quoted) or self._parse(body, wanted, len(body) + 1, quoted)
        if table is None or table.num_rows != lines:
            return None
        losses.totals += [(first + k, word) for k, word in signs.totals]
        losses.empty += max(0, piece.count(b"\n", len(body)) - 1)
        return lines, [self._cells(table.column(c)) for c in columns]

    def _parse(self, body: bytes, wanted: list[str], block: int, quoted: bool) -> pa.Table | None:
        """Parse lines by pyarrow; return None if it rejects a line or a line is longer than a block."""
        import pyarrow as pa
        import pyarrow.csv

        try:
            return pyarrow.csv.read_csv(
                pa.BufferReader(body),
                read_options=pyarrow.csv.ReadOptions(
                    column_names=list(self.header.names), block_size=block, use_threads=pa.cpu_count() > FEW
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=self.header.separator, newlines_in_values=quoted
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(wanted, pa.binary()),
                    include_columns=wanted,
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
                memory_pool=_pool(),
            )
        except pa.ArrowInvalid:
            return None

    def _cells(self, column: pa.ChunkedArray) -> Cells:
        positions, texts = distinct_cells(column.chunks)
        return Cells(positions, self._decode(texts))

    def _decode(self, raw: pa.BinaryArray) -> pa.StringArray:
        """Decode cells by the codec of the file, or each by its own."""
        import pyarrow as pa
        import pyarrow.compute as pc

        codec = self.text.codec
        if codec == "utf-8" or is_ascii(raw):
            return pc.cast(raw, pa.string())
        decode = (lambda b: b.decode(codec)) if codec else decode_lines
        return pa.array([decode(cell) for cell in raw.to_pylist()], pa.string())

    def _slow(self, piece: bytes, first: int, at: Sequence[int], losses: Losses) -> tuple[int, list[Cells]]:
        """Parse rows one by one and record those that are short, blank, or span other rows."""
        import pyarrow as pa

        width = len(self.header.names)
        lines = io.StringIO(piece.decode("latin-1"), newline="").readlines()
        odd = piece.count(b'"') % 2 == 1
        stray = has_stray_quote(np.frombuffer(piece, dtype=np.uint8), self.header.separator)
        kept: list[list[str]] = []
        before = 0
        with _long_cells():
            reader = csv.reader(iter(lines), delimiter=self.header.separator)
            for row in reader:
                line, start, before = first + before, before, reader.line_num
                last = before == len(lines)
                if before - start > 1 or (odd and last):
                    self._check_span(lines[start:before], line, losses)
                elif stray and '"' in lines[start]:
                    row = self._check_quotes(lines[start], row, line, losses)
                row = self._without_mark(row, line, losses)
                if self.header.is_repeated(row):
                    losses.repeated.append(line)
                    continue
                if len(row) > width:
                    if any(cell.strip() for cell in row[width:]):
                        raise self._too_wide(line, len(row))
                    losses.wide.append(line)
                if not any(cell.strip() for cell in row) and not (row and width == 1):
                    losses.blank += len(row) > 1
                    losses.empty += len(row) <= 1
                    continue
                if len(row) < width:
                    self._require_whole(line, len(row), last=last)
                    losses.short.append((line, len(row)))
                    row += [""] * (width - len(row))
                if word := self._word(row):
                    losses.totals.append((line, word))
                kept.append([row[j] for j in at])
        columns: list[tuple[str, ...]] = list(zip(*kept, strict=True)) if kept else [()] * len(at)
        made = []
        for cells in columns:
            raw = pa.array([c.encode("latin-1") for c in cells], pa.binary()).dictionary_encode()
            made.append(Cells(raw.indices.to_numpy(zero_copy_only=False), self._decode(raw.dictionary)))
        return len(kept), made

    def _check_quotes(self, text: str, row: list[str], line: int, losses: Losses) -> list[str]:
        """Return the cells of a line with stray quotes, and record how these were interpreted."""
        mark = self.header.separator
        if re.search(rf'{re.escape(mark)}[ \t]+"', text) and mark != "\t":
            again = next(csv.reader([text], delimiter=mark, skipinitialspace=True), row)
            if again != row and len(again) == len(self.header.names):
                losses.spaced.append(line)
                row = again
        bare = re.sub(rf'"[ \t]+(?={re.escape(mark)}|[\r\n]|$)', '"', text)
        try:
            list(csv.reader([bare], delimiter=mark, skipinitialspace=True, strict=True))
        except csv.Error:
            losses.stray.append(line)
        return row

    def _without_mark(self, row: list[str], line: int, losses: Losses) -> list[str]:
        """Remove from a row the byte order mark of a file that was appended to another."""
        mark = MARK.decode("latin-1")
        if not row or not row[0].startswith(mark) or self.text.codec not in ("utf-8", ""):
            return row
        losses.marks.append(line)
        first = row[0].removeprefix(mark)
        if first[:1] == '"' and first[-1:] == '"' and len(first) > 1:  # the mark hid the enclosing quotes
            first = first[1:-1].replace('""', '"')
        return [first, *row[1:]]

    def _word(self, row: list[str]) -> str:
        """Return the word by which a row is labelled as a total or a remark ("" if none)."""
        first = next(cell for cell in row if cell.strip())
        return summary_word(decode_bytes(first.encode("latin-1"), self.text.codec))

    def _check_span(self, lines: list[str], line: int, losses: Losses) -> None:
        """Check whether a row of several lines has its quotes closed, and record it if its lines resemble rows."""
        end = line + len(lines) - 1
        try:
            list(csv.reader(lines, delimiter=self.header.separator, strict=True))
        except csv.Error as error:
            lost = (
                tell(", the cell runs on to line {} and swallows the rows in between", end)
                if end > line
                else ""
            )
            raise LiteracyError(
                "io.damaged",
                where=self.where,
                what=tell(
                    "a quote in the row that begins in line {} is not closed in its cell{} ({})",
                    line,
                    lost,
                    tell(str(error)),
                ),
                fix=tell("close the quote in line {}, or remove it, or export the data again", line),
            ) from None
        most = len(self.header.names) - 1
        if most >= 2 and any(text.count(self.header.separator) >= most for text in lines[1:-1]):
            losses.spans.append((line, end))

    def _require_whole(self, line: int, count: int, *, last: bool) -> None:
        if last and not self.text.ended:
            what = tell(
                "the last line is truncated: line {} has {} of {} cells", line, count, len(self.header.names)
            )
            raise cut_off(self.where, what)

    def _too_wide(self, line: int, count: int) -> LiteracyError:
        what = tell(
            "line {} has more cells than the header: {} instead of {}", line, count, len(self.header.names)
        )
        return LiteracyError(
            "io.damaged", where=self.where, what=what,
            fix="quote cells that contain the separator, or export the data again",
        )  # fmt: skip


@lru_cache(maxsize=1)
def _pool() -> pa.MemoryPool:
    """Return the allocator that releases memory between pieces; peak memory is a seventh lower than by default."""
    import pyarrow as pa

    try:
        return pa.jemalloc_memory_pool()
    except NotImplementedError:  # not available on Windows
        return pa.default_memory_pool()


@contextmanager
def _long_cells() -> Iterator[None]:
    """Raise the field size limit of :mod:`csv` to the maximum line length, as allowed by pyarrow."""
    usual = csv.field_size_limit(2 * MAX_TEXT_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _lines_end(data: bytes, lines: int) -> int:
    """Return the end of the given number of lines; 0 if there are fewer, or if quotes may join lines into a row."""
    if data.count(b"\n") < lines:
        return 0
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _FEED)
    cut = int(ends[lines - 1]) + 1
    return 0 if data.find(b'"', 0, cut) >= 0 else cut


def _even_end(data: bytes) -> int:
    """Return the end of the last line up to which the number of quotes is even; 0 if there is none."""
    end = len(data)
    quotes = data.count(b'"') if b'"' in data else 0
    while (end := data.rfind(b"\n", 0, end)) >= 0:
        if quotes == 0 or (quotes - data.count(b'"', end)) % 2 == 0:
            return end + 1
    return 0
