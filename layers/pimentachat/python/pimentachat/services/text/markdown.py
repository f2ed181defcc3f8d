"""The tree in which clients of today draw a message: `md`, in the node types of the message parser of current servers
(PARAGRAPH, BOLD, LINK ...; docs/decisions.md says what is not in it).

Linear in the length of the text: every pattern fails within what it has passed for good, and emphasis finds its end
in lists made beforehand. No deeper than three kinds of emphasis in a spoiler inside a quote or list, and no larger than
the text and `_NODES_MOST` nodes: what goes beyond is plain text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from pimentachat.services.text.emoticons import EMOTICONS

Node = dict[str, Any]


class Syntax(NamedTuple):
    """What a workspace draws of what not everybody means when they write it."""

    brackets: bool = False
    r"""Formulas in `\(` and `\)`, or `\[` and `\]`."""
    dollars: bool = False
    """Formulas between `$` or `$$`."""
    colors: bool = False
    """`color:#ff0000`."""


_NONE: Final = Syntax()
_NODES_MOST: Final = 1000
_REMEMBERED: Final = 256
_REMEMBERED_MOST: Final = 2000
"""How long a text is whose tree is kept in memory."""
_BIG_MOST: Final = 400
_BRACKETS_MOST: Final = 100
_EMPHASIS: Final = {"*": "BOLD", "_": "ITALIC", "~": "STRIKE", "|": "SPOILER"}
_DIGITS_LEAST: Final = 5
"""How many digits make the number of a phone."""
_NEVER_LINKED: Final = {"javascript", "data", "vbscript", "file", "blob"}
_ONE: Final = "[\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\U0001f004-\U0001faff](?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_PICTOGRAM: Final = f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|{_ONE}(?:\u200d{_ONE}){{0,7}})"
# They stand alone, but for the signs of emphasis.
_EMOTICON: Final = (
    rf"(?<![^\s*_~])(?-i:{'|'.join(map(re.escape, sorted(EMOTICONS, key=len, reverse=True)))})(?![^\s*_~])"
)
_BIG: Final = re.compile(rf"\s*(?:(?::[\w+.-]{{1,100}}:|{_PICTOGRAM}|{_EMOTICON})\s*){{1,3}}")
# Signs at its end belong to the sentence.
_ADDRESS: Final = r"[a-z][a-z0-9+.-]{1,20}://[^\s<>\"`]{1,2000}(?<![.,;:!?'*_~|])"
_DATE: Final = r"[0-9]{10}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?[+-][0-9]{2}:[0-9]{2}"
_BRACKETS: Final = r"\\\((?P<brackets>(?:[^\\\n]|\\(?![()]))*)\\\)|"
_DOLLARS: Final = r"\$(?P<dollars>[^$\n]*)\$|"
_COLORS: Final = r"(?-i:color):#(?P<color>[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?=[()*\[\\\]^_`{|}~\t]|\Z)|"
_ATOMS: Final = (
    rf"(?P<emoticon>{_EMOTICON})"
    r"|\\(?P<escaped>[#*._`~])"
    r"|(?P<ticks>`{1,3})(?P<code>[^`\n]{1,5000})(?P=ticks)(?!`)"
    r"|(?P<image>!?)\[(?P<label>[^\[\]\n]{0,500})\]\((?P<target>[^\s()]{1,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500})?)\)"
    r"|<(?P<bar_target>[a-z][a-z0-9+.-]{1,20}://[^\s<>|]{1,2000})\|(?P<bar_label>[^<>\n]{1,500})>"
    rf"|(?<![\w.+-])(?P<address>{_ADDRESS})"
    r"|(?<![\w.@/-])(?P<www>www\.[\w-]{1,100}\.[^\s<>\"`]{1,2000}(?<![.,;:!?'*_~|]))"
    r"|(?<![\w.+-])(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?<![@#/.])(?<![^\W_])@(?P<user>[\w.-]{1,255}(?:@[\w.-]{1,255})?)"
    r"|(?<![@#/&:])(?<![^\W_])#(?P<room>[\w.-]{1,255})"
    r"|(?<!\w):(?P<emoji>[\w+.-]{1,100}):(?!\w)"
    r"|(?<![^\s*_~|])\+(?P<phone>(?:\([0-9]{1,15}\)|[0-9])[0-9]{0,20}(?:-[0-9]{1,20})?)"
    rf"|<t:(?P<moment>{_DATE})(?::(?P<format>(?-i:[tTdDfFR])))?>"
    rf"|(?P<pictogram>{_PICTOGRAM})"
    r"|(?P<run>\*+|_+|~+|\|\|)"
)


@cache
def _atom(syntax: Syntax) -> re.Pattern[str]:
    """What is no plain text in a line."""
    some = ((syntax.brackets, _BRACKETS), (syntax.dollars, _DOLLARS), (syntax.colors, _COLORS))
    return re.compile("".join(pattern for wanted, pattern in some if wanted) + _ATOMS, re.IGNORECASE)


_OUTSIDE: Final = {"INLINE_KATEX", "COLOR", "TIMESTAMP"}
"""What is drawn outside of emphasis only."""
_RUN: Final = re.compile(r"(?P<run>\*+|_+|~+)")
_HOST: Final = re.compile(
    r"[a-z0-9+.-]+://(?:[^\s/@]*@)?(?:localhost|[\w-]+(?:\.[\w-]+)+|\[[0-9a-f:.]+\])(?=[:/?#]|$)", re.I
)
_HEADING: Final = re.compile(r"(#{1,4})[ \t]+(\S.*)")
_QUOTE: Final = re.compile(r">[ \t]?(?=.*\S)(.*)")
_TASK: Final = re.compile(r"- \[([ x])\] (.*\S.*)")
_BULLET: Final = re.compile(r"([-*])[ \t]++(.*\S.*)")
_NUMBERED: Final = re.compile(r"([0-9]{1,9})\.[ \t]++(.*\S.*)")
_FENCE: Final = "```"
_FORMULA_ENDS: Final = {"\\[": "\\]", "$$": "$$"}
_BARS: Final = "||"


def plain(text: str) -> Node:
    return {"type": "PLAIN_TEXT", "value": text}


def parse(text: str, syntax: Syntax = _NONE) -> list[Node]:
    """The tree of a text. Nobody changes it: a text that is shown again gives the same one.

    Shape: `[{type, value}, ...]`; a block is a PARAGRAPH, HEADING (with `level`), CODE (with `language`), QUOTE,
    ORDERED_LIST, UNORDERED_LIST, TASKS, KATEX, SPOILER_BLOCK or LINE_BREAK, or one BIG_EMOJI is all there is.
    """
    return _parsed_before(text, syntax) if len(text) <= _REMEMBERED_MOST else _parsed(text, syntax)


def _parsed(text: str, syntax: Syntax) -> list[Node]:
    if len(text) <= _BIG_MOST and _BIG.fullmatch(text) and (big := _emoji_in(text)):
        return [{"type": "BIG_EMOJI", "value": big}]
    return _Blocks(text, syntax).parsed()


_parsed_before: Final = lru_cache(_REMEMBERED)(_parsed)


def _emoji_in(text: str) -> list[Node]:
    """The emoji of a text of nothing else."""
    found = [
        node
        for node in _Line(text, _Budget(), _atom(_NONE)).nodes()
        if node["type"] != "PLAIN_TEXT" or node["value"].strip()
    ]
    return found if 0 < len(found) <= 3 and all(node["type"] == "EMOJI" for node in found) else []


@dataclass
class _Budget:
    left: int = _NODES_MOST

    def take(self, nodes: int = 1) -> bool:
        """Whether so many nodes more may be made."""
        self.left -= nodes
        return self.left >= 0


class _Blocks:
    """The lines of a text, as blocks."""

    def __init__(self, text: str, syntax: Syntax) -> None:
        self._pattern = _atom(syntax)
        self._lines = text.replace("\r\n", "\n").split("\n")
        if self._lines[-1] == "":
            self._lines.pop()
        self._budget = _Budget()
        self._fences = [number for number, line in enumerate(self._lines) if line.rstrip() == _FENCE]
        wanted = {"\\[": syntax.brackets, "$$": syntax.dollars}
        self._formula_ends = {
            begin: [number for number, line in enumerate(self._lines) if end in line]
            for begin, end in _FORMULA_ENDS.items()
            if wanted[begin]
        }

    def parsed(self) -> list[Node]:
        blocks: list[Node] = []
        at = 0
        while at < len(self._lines):
            if not self._budget.take():
                rest = "\n".join(self._lines[at:])
                return [*blocks, {"type": "PARAGRAPH", "value": [plain(rest)]}]
            block, at = self._block(at)
            blocks.append(block)
        return blocks

    def _block(self, at: int) -> tuple[Node, int]:
        """The block that begins at a line, and the line after it."""
        line = self._lines[at]
        if line == "":
            return {"type": "LINE_BREAK"}, at + 1
        if line.startswith(_FENCE) and (end := self._fence_after(at)):
            return self._code(at, end), end + 1
        if line[:2] in self._formula_ends and (formula := self._formula(at, line[:2])):
            return formula
        if line == _BARS and (spoiler := self._spoiler(at)):
            return spoiler
        if found := _HEADING.fullmatch(line):
            return {"type": "HEADING", "level": len(found[1]), "value": [plain(found[2])]}, at + 1
        if _QUOTE.fullmatch(line):
            return self._quote(at)
        if _TASK.fullmatch(line):
            return self._tasks(at)
        if found := _BULLET.fullmatch(line):
            return self._bullets(at, found[1])
        if _NUMBERED.fullmatch(line):
            return self._numbered(at)
        return self._paragraph(line), at + 1

    def _fence_after(self, at: int) -> int:
        """The line that closes a block of code; 0: none does."""
        if "`" in self._lines[at][len(_FENCE) :]:
            return 0
        place = bisect_right(self._fences, at)
        return self._fences[place] if place < len(self._fences) else 0

    def _code(self, at: int, end: int) -> Node:
        lines = self._lines[at + 1 : end]
        if not self._budget.take(len(lines)):
            lines = ["\n".join(lines)]
        language = self._lines[at][len(_FENCE) :].strip() or "none"
        return {
            "type": "CODE",
            "language": language,
            "value": [{"type": "CODE_LINE", "value": plain(line)} for line in lines],
        }

    def _formula(self, at: int, begin: str) -> tuple[Node, int] | None:
        """A formula of its own, up to the sign that ends it; None: nothing does."""
        end = _FORMULA_ENDS[begin]
        first = self._lines[at][len(begin) :]
        last = at
        if end not in first:
            places = self._formula_ends[begin]
            found = bisect_right(places, at)
            if found == len(places):
                return None
            last = places[found]
        lines = [first, *self._lines[at + 1 : last + 1]]
        lines[-1], _, rest = lines[-1].partition(end)
        return {"type": "KATEX", "value": "\n".join(lines)}, self._go_on(last, rest)

    def _spoiler(self, at: int) -> tuple[Node, int] | None:
        """Some lines between bars; None: there are none, or no bars after them."""
        last = at + 1
        while last < len(self._lines) and self._lines[last] and not self._lines[last].startswith(_BARS):
            last += 1
        end = last
        while end < len(self._lines) and not self._lines[end]:
            end += 1
        lines = self._lines[at + 1 : last]
        if not lines or end == len(self._lines) or not self._lines[end].startswith(_BARS):
            return None
        if not self._budget.take(len(lines)):
            lines = ["\n".join(lines)]
        node = {"type": "SPOILER_BLOCK", "value": [self._paragraph(line) for line in lines]}
        return node, self._go_on(end, self._lines[end][len(_BARS) :])

    def _go_on(self, at: int, rest: str) -> int:
        """The line that comes after a block that ended within one: what is left of that, unless nothing comes at
        all."""
        self._lines[at] = rest
        return at if rest or at + 1 < len(self._lines) else at + 1

    def _alike(self, at: int, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The lines from this one on that look alike, as many as there may be."""
        for number in range(at, len(self._lines)):
            found = pattern.fullmatch(self._lines[number])
            if found is None or (number > at and not self._budget.take()):
                return
            yield found

    def _quote(self, at: int) -> tuple[Node, int]:
        some = [self._paragraph(found[1]) for found in self._alike(at, _QUOTE)]
        return {"type": "QUOTE", "value": some}, at + len(some)

    def _tasks(self, at: int) -> tuple[Node, int]:
        some = [
            {"type": "TASK", "status": found[1] == "x", "value": self._inline(found[2])}
            for found in self._alike(at, _TASK)
        ]
        return {"type": "TASKS", "value": some}, at + len(some)

    def _bullets(self, at: int, sign: str) -> tuple[Node, int]:
        some: list[Node] = []
        for found in self._alike(at, _BULLET):
            if found[1] != sign or (sign == "-" and _TASK.fullmatch(found[0])):
                break
            some.append({"type": "LIST_ITEM", "value": self._inline(found[2])})
        return {"type": "UNORDERED_LIST", "value": some}, at + len(some)

    def _numbered(self, at: int) -> tuple[Node, int]:
        some = [
            {"type": "LIST_ITEM", "value": self._inline(found[2]), "number": int(found[1])}
            for found in self._alike(at, _NUMBERED)
        ]
        return {"type": "ORDERED_LIST", "value": some}, at + len(some)

    def _paragraph(self, line: str) -> Node:
        return {"type": "PARAGRAPH", "value": self._inline(line)}

    def _inline(self, line: str) -> list[Node]:
        return _Line(line, self._budget, self._pattern).nodes()


@dataclass(frozen=True)
class _Run:
    """Signs of emphasis in a row."""

    sign: str
    length: int
    opens: bool
    closes: bool


@dataclass(frozen=True)
class _Outside:
    """What is drawn outside of emphasis, and what is written there."""

    node: Node
    text: str


@dataclass
class _Line:
    """What stands in one line: plain text, emphasis, and what is no text (`_atom`)."""

    text: str
    budget: _Budget
    pattern: re.Pattern[str]
    tokens: list[str | Node | _Run | _Outside] = field(default_factory=list)
    ends: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    """Places in `tokens` of runs that may close emphasis, by their sign and how many of it there are at least."""

    def nodes(self) -> list[Node]:
        self._cut()
        return self._built(0, len(self.tokens), frozenset())

    def _cut(self) -> None:
        at = 0
        for found in self.pattern.finditer(self.text):
            token = self._run(found) if found["run"] else self._atom(found)
            if token is None:
                continue
            if not self.budget.take():
                break
            if found.start() > at:
                self.tokens.append(self.text[at : found.start()])
            if isinstance(token, dict) and token["type"] in _OUTSIDE:
                self.tokens.append(_Outside(token, found[0]))
            else:
                self.tokens.append(token)
            at = found.end()
            if isinstance(token, dict) and (cut := token.pop("cut", 0)):
                # Signs at its end that belong to the sentence.
                at -= cut
            if isinstance(token, _Run) and token.closes:
                for size in (1, 2):
                    if token.length >= size:
                        self.ends.setdefault((token.sign, size), []).append(len(self.tokens) - 1)
        if at < len(self.text):
            self.tokens.append(self.text[at:])

    def _run(self, found: re.Match[str]) -> _Run:
        run = found["run"]
        before, after = self.text[max(0, found.start() - 1) : found.start()], self.text[found.end() : found.end() + 1]
        # An underscore inside of a word is a letter like others.
        inside = run[0] == "_"
        return _Run(run[0], len(run), not (inside and before.isalnum()), not (inside and after.isalnum()))

    def _built(self, start: int, end: int, within: frozenset[str]) -> list[Node]:
        nodes: list[Node] = []
        at = start
        while at < end:
            token = self.tokens[at]
            if isinstance(token, _Run):
                size, close = self._close_of(token, at, end, within)
                if size:
                    last = self.tokens[close]
                    assert isinstance(last, _Run)
                    inner = self._built(at + 1, close, within | {token.sign})
                    _add(nodes, plain(token.sign * (token.length - size)))
                    _add(nodes, {"type": _EMPHASIS[token.sign], "value": inner})
                    _add(nodes, plain(token.sign * (last.length - size)))
                    at = close + 1
                    continue
                _add(nodes, plain(token.sign * token.length))
            elif isinstance(token, _Outside):
                _add(nodes, plain(token.text) if within - {"|"} else token.node)
            else:
                _add(nodes, plain(token) if isinstance(token, str) else token)
            at += 1
        return nodes

    def _close_of(self, run: _Run, at: int, end: int, within: frozenset[str]) -> tuple[int, int]:
        """How many signs open emphasis here, and where it closes; 0: none do."""
        if not run.opens or run.sign in within or (run.sign == "|" and within):
            return 0, 0
        for size in (2, 1):
            places = self.ends.get((run.sign, size), ())
            found = bisect_right(places, at)
            if run.length < size or found >= len(places) or places[found] >= end:
                continue
            between = self.tokens[at + 1]
            blank = places[found] == at + 2 and isinstance(between, str) and not between.strip()
            nothing = places[found] == at + 1
            if not nothing and (not blank or run.sign == "|") and self.budget.take():
                return size, places[found]
        return 0, 0

    def _atom(self, found: re.Match[str]) -> Node | None:
        """What a match means; None: it is plain text after all."""
        if found["escaped"]:
            return plain(found["escaped"])
        if found["emoticon"]:
            return {"type": "EMOJI", "value": plain(found["emoticon"]), "shortCode": EMOTICONS[found["emoticon"]]}
        if found["code"]:
            return {"type": "INLINE_CODE", "value": plain(found["code"])}
        if found["target"] and found["image"]:
            return _picture(found["target"], found["label"])
        if found["target"]:
            return self._linked(found["target"], found["label"])
        if found["bar_target"]:
            return self._linked(found["bar_target"], found["bar_label"])
        if found["address"]:
            return self._bare(found["address"])
        if found["www"]:
            return self._bare(found["www"], scheme="//")
        if found["mail"]:
            return _link(f"mailto:{found['mail']}", [plain(found["mail"])])
        if found["phone"]:
            return _phone(found["phone"])
        if found["moment"]:
            return _moment(found["moment"], found["format"] or "t")
        return _named(found) or _drawn(found.groupdict())

    def _linked(self, target: str, label: str) -> Node | None:
        if not _linkable(target):
            return None
        return _link(target, _Line(label, self.budget, _RUN).nodes() if label else [plain(target)])

    def _bare(self, address: str, *, scheme: str = "") -> Node | None:
        kept = address
        while kept.endswith(")") and kept.count(")", -_BRACKETS_MOST) > kept.count("(", -_BRACKETS_MOST):
            kept = kept[:-1].rstrip(".,;:!?'")
        if not scheme and not (_linkable(kept) and _HOST.match(kept)):
            return None
        return {**_link(f"{scheme}{kept}", [plain(kept)]), "cut": len(address) - len(kept)}


def _linkable(target: str) -> bool:
    return target.partition(":")[0].lower() not in _NEVER_LINKED


def _picture(target: str, label: str) -> Node | None:
    value = {"src": plain(target), "label": plain(label or target)}
    return {"type": "IMAGE", "value": value} if _linkable(target) else None


def _link(target: str, label: Sequence[Node]) -> Node:
    return {"type": "LINK", "value": {"src": plain(target), "label": list(label)}}


def _phone(number: str) -> Node | None:
    digits = "".join(filter(str.isdigit, number))
    return _link(f"tel:{digits}", [plain(f"+{number}")]) if len(digits) >= _DIGITS_LEAST else None


def _moment(text: str, shape: str) -> Node | None:
    """A point in time, which clients show in the zone of who reads."""
    try:
        seconds = text if text.isdigit() else str(int(datetime.fromisoformat(text).timestamp()))
    except (ValueError, OverflowError):
        return None
    told = {"timestamp": seconds, "format": shape}
    return {"type": "TIMESTAMP", "value": told, "fallback": plain(f"<t:{seconds}:{shape}>")}


def _drawn(found: Mapping[str, str | None]) -> Node | None:
    """What a workspace may have switched off."""
    for group in ("brackets", "dollars"):
        if (formula := found.get(group)) is not None:
            return {"type": "INLINE_KATEX", "value": formula}
    color = found.get("color")
    if color is None:
        return None
    whole = color if len(color) > 4 else "".join(2 * digit for digit in color)
    parts = [int(whole[at : at + 2], 16) for at in range(0, len(whole), 2)]
    return {"type": "COLOR", "value": dict(zip("rgba", [*parts, 255], strict=False))}


def _named(found: re.Match[str]) -> Node | None:
    for group, kind in (("user", "MENTION_USER"), ("room", "MENTION_CHANNEL")):
        if found[group]:
            name = found[group].rstrip(".")
            return {"type": kind, "value": plain(name), "cut": len(found[group]) - len(name)} if name else None
    if found["emoji"]:
        code = found["emoji"]
        # 10:30:00 is a time.
        return None if code.isdigit() else {"type": "EMOJI", "value": plain(code), "shortCode": code}
    return {"type": "EMOJI", "unicode": found["pictogram"]} if found["pictogram"] else None


def _add(nodes: list[Node], node: Node) -> None:
    """Appends a node; plain text goes on where plain text ends."""
    if node["type"] != "PLAIN_TEXT":
        nodes.append(node)
    elif node["value"]:
        if nodes and nodes[-1]["type"] == "PLAIN_TEXT":
            nodes[-1] = plain(nodes[-1]["value"] + node["value"])
        else:
            nodes.append(node)
