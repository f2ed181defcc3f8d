"""The tree of a text, case by case, in the node types of the message parser of current servers; and that no text takes
it more than linear work."""

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pimentachat.services.text import markdown


def plain(text: str) -> dict[str, Any]:
    return {"type": "PLAIN_TEXT", "value": text}


def node(kind: str, *inside: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, **more, "value": [plain(part) if isinstance(part, str) else part for part in inside]}


def link(target: str, *label: Any) -> dict[str, Any]:
    shown = [plain(part) if isinstance(part, str) else part for part in label or (target,)]
    return {"type": "LINK", "value": {"src": plain(target), "label": shown}}


def named(kind: str, name: str) -> dict[str, Any]:
    return {"type": kind, "value": plain(name)}


def emoji(code: str) -> dict[str, Any]:
    return {"type": "EMOJI", "value": plain(code), "shortCode": code}


def picture(sign: str) -> dict[str, Any]:
    return {"type": "EMOJI", "unicode": sign}


def bold(*inside: Any) -> dict[str, Any]:
    return node("BOLD", *inside)


def italic(*inside: Any) -> dict[str, Any]:
    return node("ITALIC", *inside)


def strike(*inside: Any) -> dict[str, Any]:
    return node("STRIKE", *inside)


def code(*lines: str, language: str = "none") -> dict[str, Any]:
    some = [{"type": "CODE_LINE", "value": plain(line)} for line in lines]
    return {"type": "CODE", "language": language, "value": some}


def line(*inside: Any) -> dict[str, Any]:
    return node("PARAGRAPH", *inside)


def image(target: str, label: str) -> dict[str, Any]:
    return {"type": "IMAGE", "value": {"src": plain(target), "label": plain(label)}}


def phone(number: str) -> dict[str, Any]:
    return link("tel:" + "".join(filter(str.isdigit, number)), number)


def sign(text: str, code: str) -> dict[str, Any]:
    return {"type": "EMOJI", "value": plain(text), "shortCode": code}


def moment(seconds: str, shape: str) -> dict[str, Any]:
    told = {"timestamp": seconds, "format": shape}
    return {"type": "TIMESTAMP", "value": told, "fallback": plain(f"<t:{seconds}:{shape}>")}


def formula(text: str, kind: str = "INLINE_KATEX") -> dict[str, Any]:
    return {"type": kind, "value": text}


def color(*parts: int) -> dict[str, Any]:
    return {"type": "COLOR", "value": dict(zip("rgba", parts, strict=True))}


def spoiler(*inside: Any) -> dict[str, Any]:
    return node("SPOILER", *inside)


BREAK = {"type": "LINE_BREAK"}

INLINE: list[tuple[str, list[Any]]] = [
    ("hello", ["hello"]),
    ("  hello ", ["  hello "]),
    # emphasis
    ("*bold*", [bold("bold")]),
    ("**bold**", [bold("bold")]),
    ("pre*bold*post", ["pre", bold("bold"), "post"]),
    ("__italic__", [italic("italic")]),
    ("_Hel lo_", [italic("Hel lo")]),
    ("_ Hello_", [italic(" Hello")]),
    ("_Hello _", [italic("Hello ")]),
    ("__Hello_", ["_", italic("Hello")]),
    ("_Hello__", [italic("Hello"), "_"]),
    ("___Hello___", ["_", italic("Hello"), "_"]),
    ("He said _Hello_ to her", ["He said ", italic("Hello"), " to her"]),
    ("pre__italic__post", ["pre__italic__post"]),
    ("text_hello_text", ["text_hello_text"]),
    ("_hello_text", ["_hello_text"]),
    ("text_hello_", ["text_hello_"]),
    ("_Hello", ["_Hello"]),
    ("__", ["__"]),
    ("_ _", ["_ _"]),
    ("__ __", ["__ __"]),
    ("~~strike~~", [strike("strike")]),
    ("~Hello ~", [strike("Hello ")]),
    ("text~hello~text", ["text", strike("hello"), "text"]),
    ("~~Hello~", ["~", strike("Hello")]),
    ("~~ ~~", ["~~ ~~"]),
    (":custom~emoji~case:", [":custom", strike("emoji"), "case:"]),
    (" pre__**~~all~~**__post ", [" pre__", bold(strike("all")), "__post "]),
    ("*a _b ~c~_*", [bold("a ", italic("b ", strike("c")))]),
    ("*not closed", ["*not closed"]),
    ("2 * 3 * 4", ["2 ", bold(" 3 "), " 4"]),
    # code
    ("`code`", [named("INLINE_CODE", "code")]),
    ("File (`.mov`)", ["File (", named("INLINE_CODE", ".mov"), ")"]),
    ("`[a](https://a.example)`", [named("INLINE_CODE", "[a](https://a.example)")]),
    ("`*no*` *yes*", [named("INLINE_CODE", "*no*"), " ", bold("yes")]),
    ("```one line```", [named("INLINE_CODE", "one line")]),
    ("``", ["``"]),
    # links
    ("https://a.example/x?y=1#z", [link("https://a.example/x?y=1#z")]),
    ("see https://a.example.", ["see ", link("https://a.example"), "."]),
    ("(https://a.example/b_(c))", ["(", link("https://a.example/b_(c)"), ")"]),
    ("*https://a.example*", [bold(link("https://a.example"))]),
    ("https://localhost:3000/", [link("https://localhost:3000/")]),
    ("ftp://user:pass@a.example/x", [link("ftp://user:pass@a.example/x")]),
    ("https://test", ["https://test"]),
    ("http:/a.example/b", ["http:/a.example/b"]),
    ("www.a.example", [link("//www.a.example", "www.a.example")]),
    ("mail joe@a.example now", ["mail ", link("mailto:joe@a.example", "joe@a.example"), " now"]),
    ("[title](https://a.example)", [link("https://a.example", "title")]),
    ("[](https://a.example)", [link("https://a.example")]),
    ("[ a ](https://a.example)", [link("https://a.example", " a ")]),
    ("[**title**](https://a.example)", [link("https://a.example", bold("title"))]),
    ("[__**~~t~~**__](https://a.example)", [link("https://a.example", italic(bold(strike("t"))))]),
    ("<https://a.example|Test>", [link("https://a.example", "Test")]),
    ("[x](javascript:alert)", ["[x](javascript:alert)"]),
    ("[x](JavaScript://a.example)", ["[x](JavaScript://a.example)"]),
    ("data://a.example/x", ["data://a.example/x"]),
    ("![x](https://a.example)", [image("https://a.example", "x")]),
    ("![](https://a.example)", [image("https://a.example", "https://a.example")]),
    ("![x](javascript:alert)", ["![x](javascript:alert)"]),
    # names
    ("@guilherme.gazzo", [named("MENTION_USER", "guilherme.gazzo")]),
    ("hi @bob.", ["hi ", named("MENTION_USER", "bob"), "."]),
    ("(@bob)", ["(", named("MENTION_USER", "bob"), ")"]),
    ("a@bob", ["a@bob"]),
    ("#GENERAL", [named("MENTION_CHANNEL", "GENERAL")]),
    ("#Hello#", [named("MENTION_CHANNEL", "Hello"), "#"]),
    ("##Hello##", ["##Hello##"]),
    ("He#llo", ["He#llo"]),
    # emoji
    ("so :smile::smile:", ["so ", emoji("smile"), emoji("smile")]),
    ("well 😀👍🏽", ["well ", picture("😀"), picture("👍🏽")]),
    ("at 10:30:45", ["at 10:30:45"]),
    (":not an emoji:", [":not an emoji:"]),
    ("_@bob", ["_", named("MENTION_USER", "bob")]),
    ("x:#general", ["x:#general"]),
    # emoticons
    ("hi :) you", ["hi ", sign(":)", "slight_smile"), " you"]),
    ("*:D*", [bold(sign(":D", "smiley"))]),
    ("so </3 >:\\", ["so ", sign("</3", "broken_heart"), " ", sign(">:\\", "confused")]),
    ("(:D) x:) :p :Px", ["(:D) x:) :p :Px"]),
    ("http://:/", ["http://:/"]),
    # phones
    ("call +5511987654321, now", ["call ", phone("+5511987654321"), ", now"]),
    ("+(075)-63546725.", [phone("+(075)-63546725"), "."]),
    ("_+07563546725_", [italic(phone("+07563546725"))]),
    ("+1234", ["+1234"]),
    ("+55 (11) 98765-4321", ["+55 (11) 98765-4321"]),
    ("(+5511987654321)", ["(+5511987654321)"]),
    # points in time
    ("at <t:1700000000:R>!", ["at ", moment("1700000000", "R"), "!"]),
    ("<t:1700000000>", [moment("1700000000", "t")]),
    ("<t:2025-07-24T20:19:58.154-03:00:F>", [moment("1753399198", "F")]),
    ("<t:2025-13-41T20:19:58+00:00>", ["<t:2025-13-41T20:19:58+00:00>"]),
    ("<t:170000000> <t:1700000000:x>", ["<t:170000000> <t:1700000000:x>"]),
    ("*<t:1700000000>*", [bold("<t:1700000000>")]),
    # spoilers
    ("a ||b|| c||d||", ["a ", spoiler("b"), " c", spoiler("d")]),
    ("||a|b *c* @bob||", [spoiler("a|b ", bold("c"), " ", named("MENTION_USER", "bob"))]),
    ("|| ||", [spoiler(" ")]),
    ("||||", ["||||"]),
    ("||a", ["||a"]),
    ("*||b||*", [bold("||b||")]),
    ("||https://a.example||", [spoiler(link("https://a.example"))]),
    ("||<t:1700000000>||", [spoiler(moment("1700000000", "t"))]),
    # what is escaped
    (r"\*not bold*", ["*not bold*"]),
    (r"\*escaped as*bold*escaped*", ["*escaped as", bold("bold"), "escaped*"]),
    (r"1\. not a list", ["1. not a list"]),
    (r"\# not a heading", ["# not a heading"]),
    (r"C:\dir", [r"C:\dir"]),
    (r"a \[x\] \(y\)", [r"a \[x\] \(y\)"]),
]
BLOCKS: list[tuple[str, list[Any]]] = [
    ("", []),
    ("a\nb", [line("a"), line("b")]),
    ("a\r\nb\n", [line("a"), line("b")]),
    ("a\n\nb", [line("a"), BREAK, line("b")]),
    ("a\n\n\n\nb\n", [line("a"), BREAK, BREAK, BREAK, line("b")]),
    ("# h1", [node("HEADING", "h1", level=1)]),
    ("#### He said", [node("HEADING", "He said", level=4)]),
    ("##### five", [line("##### five")]),
    ("```\ncode\n```", [code("code")]),
    ("```javascript\nvar a;\n\n**b**\n```\nafter", [code("var a;", "", "**b**", language="javascript"), line("after")]),
    ("```bash c\ncode\n```", [code("code", language="bash c")]),
    ("```\nnever closed", [line("```"), line("never closed")]),
    ("  ```\ncode\n```", [line("  ```"), line("code"), line("```")]),
    ("said:\n> *meow*\n> grr", [line("said:"), node("QUOTE", line(bold("meow")), line("grr"))]),
    (">", [line(">")]),
    ("- First\n- *Second*", [node("UNORDERED_LIST", node("LIST_ITEM", "First"), node("LIST_ITEM", bold("Second")))]),
    (
        "- First\n* Second\n* *Third*",
        [
            node("UNORDERED_LIST", node("LIST_ITEM", "First")),
            node("UNORDERED_LIST", node("LIST_ITEM", "Second"), node("LIST_ITEM", bold("Third"))),
        ],
    ),
    (
        "7. First\n2. *Second*",
        [node("ORDERED_LIST", node("LIST_ITEM", "First", number=7), node("LIST_ITEM", bold("Second"), number=2))],
    ),
    (
        "- [ ] open\n- [x] @bob, done\n- no task",
        [
            node(
                "TASKS",
                node("TASK", "open", status=False),
                node("TASK", named("MENTION_USER", "bob"), ", done", status=True),
            ),
            node("UNORDERED_LIST", node("LIST_ITEM", "no task")),
        ],
    ),
    (":smile:", [node("BIG_EMOJI", emoji("smile"))]),
    (" :smile:  👍🏽 :wave:", [node("BIG_EMOJI", emoji("smile"), picture("👍🏽"), emoji("wave"))]),
    ("👩‍💻🇩🇪", [node("BIG_EMOJI", picture("👩‍💻"), picture("🇩🇪"))]),
    (":) :D", [node("BIG_EMOJI", sign(":)", "slight_smile"), sign(":D", "smiley"))]),
    ("||\na\n*b*\n||", [node("SPOILER_BLOCK", line("a"), line(bold("b")))]),
    ("||\na\n\n|| x", [node("SPOILER_BLOCK", line("a")), line(" x")]),
    ("||\na\n||\nb", [node("SPOILER_BLOCK", line("a")), BREAK, line("b")]),
    ("||\n||", [line("||"), line("||")]),
    ("||\na\n\nb\n||", [line("||"), line("a"), BREAK, line("b"), line("||")]),
    ("||\na||", [line("||"), line("a||")]),
    ("😀😀😀😀", [line(*[picture("😀")] * 4)]),
]


EVERYTHING = markdown.Syntax(brackets=True, dollars=True, colors=True)
SWITCHED_ON: list[tuple[str, list[Any]]] = [
    (r"so \(x^2\) is", [line("so ", formula("x^2"), " is")]),
    (r"\(a \(b\) c\)", [line(r"\(a ", formula("b"), r" c\)")]),
    (r"\(x", [line(r"\(x")]),
    ("a$x_1$b $5", [line("a", formula("x_1"), "b $5")]),
    ("costs $5 or $6", [line("costs ", formula("5 or "), "6")]),
    ("||$x$||", [line(spoiler(formula("x")))]),
    ("_$x$_", [line(italic("$x$"))]),
    ("`$x$`", [line(named("INLINE_CODE", "$x$"))]),
    ("\\[\nx\n\\]\nb", [formula("\nx\n", "KATEX"), BREAK, line("b")]),
    ("$$a\nb$$c\nd", [formula("a\nb", "KATEX"), line("c"), line("d")]),
    ("a\n\\[x\\]", [line("a"), formula("x", "KATEX")]),
    ("\\[x\ny", [line("\\[x"), line("y")]),
    ("color:#ff0000", [line(color(255, 0, 0, 255))]),
    ("(color:#abc)", [line("(", color(170, 187, 204, 255), ")")]),
    ("||color:#12345678||", [line(spoiler(color(18, 52, 86, 120)))]),
    ("color:#fff is white, Color:#fff", [line("color:#fff is white, Color:#fff")]),
    ("color:#12345", [line("color:#12345")]),
    ("*color:#fff*", [line(bold("color:#fff"))]),
]


@pytest.mark.parametrize(("text", "blocks"), SWITCHED_ON)
def test_what_a_workspace_may_switch_off(text: str, blocks: list[Any]) -> None:
    assert markdown.parse(text, EVERYTHING) == blocks
    kinds = {"INLINE_KATEX", "KATEX", "COLOR"}
    assert not kinds & set(re.findall(r"[A-Z_]+", json.dumps(markdown.parse(text))))


@pytest.mark.parametrize(("text", "inside"), INLINE)
def test_in_a_line(text: str, inside: list[Any]) -> None:
    assert markdown.parse(text) == [line(*inside)]


@pytest.mark.parametrize(("text", "blocks"), BLOCKS)
def test_blocks(text: str, blocks: list[Any]) -> None:
    assert markdown.parse(text) == blocks


SIGNS = [
    "*",
    "_",
    "~",
    "`",
    "```",
    "\n",
    "> ",
    "- ",
    "- [ ] ",
    "1. ",
    "[",
    "](",
    ")",
    "<",
    "|",
    ">",
    ":",
    "@",
    "#",
    "\\",
    "||",
    "$",
    "\\(",
    "\\[",
    "\\]",
    "+1",
    "<t:",
    "color:#",
    ":)",
]
PIECES = [*SIGNS, "a", " ", "https://a.example", "😀", "\u200d", "\ufe0f", "\U0001f1e6", "é", "!", "smile", "www.", "."]


def depth(part: Any) -> int:
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else None
    return 0 if inside is None else 1 + max(map(depth, inside), default=0)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=200))
def test_no_text_is_too_much(text: str) -> None:
    for syntax in (markdown.Syntax(), EVERYTHING):
        tree = markdown.parse(text, syntax)
        assert json.loads(json.dumps(tree)) == tree
        assert depth(tree) <= 18


@given(st.text(alphabet="abc *_~\n", max_size=100))
def test_no_letter_is_lost(text: str) -> None:
    """Only signs of emphasis, lists and quotes go."""
    told = _texts(markdown.parse(text))
    assert [each for each in told if each in "abc"] == [each for each in text if each in "abc"]


def _texts(part: Any) -> str:
    if isinstance(part, list):
        return "".join(map(_texts, part))
    if isinstance(part, dict):
        value = part.get("value", "")
        return value if isinstance(value, str) else _texts(value)
    return ""


SHORT = ["*a", "*a* ", "_a ", "*_~", "[a](", "- a\n", "a@", "a.", "@a ", "http://", ":a"]
SHORT += ["||a ", "||\na\n", "$$a\n", "\\[\n", "\\(a", "+1-", "* :) "]


@pytest.mark.parametrize("piece", [*PIECES, *SHORT])
def test_the_longest_text_of_anything_is_read_at_once(piece: str) -> None:
    text = piece * (128 * 1024 // len(piece))
    before = time.process_time()
    tree = markdown.parse(text, EVERYTHING)
    # It takes some 20 ms; twice the length must not take four times as long, and a second would be a hundred times.
    assert time.process_time() - before < 1
    # Not much more than the text, however much it wants to be.
    assert len(json.dumps(tree, ensure_ascii=False)) < 3 * len(text) + 400_000


@pytest.mark.parametrize("begin", ["- ", "* ", "12. ", "- [ ] ", "> ", "# ", "||", "```", "$$", "a"])
@pytest.mark.parametrize("piece", [" ", "\t", "\u00a0", "- ", "a - "])
def test_a_line_that_begins_like_a_block_is_read_at_once_however_it_goes_on(begin: str, piece: str) -> None:
    before = time.process_time()
    markdown.parse(begin + piece * (40_000 // len(piece)), EVERYTHING)
    assert time.process_time() - before < 1
