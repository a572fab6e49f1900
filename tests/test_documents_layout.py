"""Letters and lines put into paragraphs and tables, by their places alone."""

from crawler.documents.draft import Draft, tidy
from crawler.documents.grid import Glyph, Rule, find_grids
from crawler.documents.layout import Sheet, lay_out, plain
from crawler.documents.numbering import chinese, written
from crawler.documents.ofd import _deltas, _strokes

_SIZE = 10.0


def sheet(
    *texts: tuple[float, float, str], lying: list[Rule] | None = None, standing: list[Rule] | None = None
) -> Sheet:
    """A page of 600 by 800 with texts at their left and top."""
    glyphs = [
        Glyph(char, x + n * _SIZE, y, x + (n + 1) * _SIZE, y + _SIZE)
        for x, y, text in texts
        for n, char in enumerate(text)
        if char != " "
    ]
    return Sheet(600, 800, glyphs, lying or [], standing or [])


def laid(*sheets: Sheet) -> Draft:
    draft = Draft()
    lay_out(draft, sheets)
    return draft


def frame(xs: list[float], ys: list[float]) -> tuple[list[Rule], list[Rule]]:
    return [Rule(y, xs[0], xs[-1]) for y in ys], [Rule(x, ys[0], ys[-1]) for x in xs]


def test_lines_that_reach_the_margin_go_on() -> None:
    long = "字" * 48
    draft = laid(
        sheet(
            (70, 100, long),
            (50, 120, long + "字字"),
            (50, 140, "完。"),
            (70, 160, "一、标题"),
            (70, 180, long),
            (50, 200, "（一）另起"),
        )
    )
    assert draft.lines == [long + long + "字字完。", "一、标题", long, "（一）另起"]


def test_a_paragraph_goes_on_over_a_page_and_numbers_of_pages_are_dropped() -> None:
    long = "字" * 50
    draft = laid(sheet((50, 700, long), (300, 780, "- 1 -")), sheet((50, 60, "完。"), (300, 780, "第2页 共2页")))
    assert draft.lines == [long + "完。"]


def test_a_missing_line_makes_one_cell_but_never_one_number() -> None:
    lying, standing = frame([50, 150, 250, 350], [100, 130, 160])
    standing[2] = Rule(250, 130, 160)  # not drawn in the first row
    draft = laid(
        sheet(
            (55, 105, "甲"),
            (155, 105, "1"),
            (255, 105, "2"),
            (55, 135, "乙"),
            (155, 135, "3"),
            (255, 135, "4"),
            lying=lying,
            standing=standing,
        )
    )
    assert draft.tables[0].cells == (("甲", "1 | 2", "1 | 2"), ("乙", "3", "4"))


def test_a_row_broken_by_the_page_is_one_row() -> None:
    first, second = frame([50, 150, 250], [700, 730, 760]), frame([50, 150, 250], [50, 80, 110])
    draft = laid(
        sheet(
            (55, 705, "项目"), (155, 705, "7"), (55, 735, "属于国"), (155, 735, "12"), lying=first[0], standing=first[1]
        ),
        sheet((55, 55, "家秘密"), (55, 85, "其他"), (155, 85, "3"), lying=second[0], standing=second[1]),
    )
    assert [table.cells for table in draft.tables] == [(("项目", "7"), ("属于国家秘密", "12"), ("其他", "3"))]


def test_a_row_of_its_own_is_not_joined_to_the_page_before() -> None:
    first, second = frame([50, 150, 250], [700, 730, 760]), frame([50, 150, 250], [50, 80, 110])
    draft = laid(
        sheet((55, 705, "项目"), (155, 705, "7"), (55, 735, "甲"), (155, 735, "12"), lying=first[0], standing=first[1]),
        sheet((55, 55, "2.乙"), (55, 85, "其他"), (155, 85, "3"), lying=second[0], standing=second[1]),
    )
    assert draft.tables[0].cells[2] == ("2.乙", "")


def test_two_tables_side_by_side_and_a_frame_around_the_page() -> None:
    one, two = frame([50, 100, 150], [100, 130, 160]), frame([300, 350, 400], [100, 130, 160])
    assert len(find_grids(one[0] + two[0], one[1] + two[1])) == 2
    assert find_grids(*frame([10, 590], [10, 790])) == []


def test_letters_printed_twice_and_letters_apart() -> None:
    page = sheet((50, 100, "标题"), (50.5, 100.2, "标题"))
    assert laid(page).lines == ["标题"]
    assert laid(sheet((50, 100, "甲"), (90, 100, "乙"))).lines == ["甲 乙"]


def test_radicals_become_letters() -> None:
    assert plain("⼀、⽂件") == "一、文件"
    assert tidy("a\x00\ud800b\tc\u3000d") == "ab c d"


def test_numbers_as_word_writes_them() -> None:
    assert [chinese(n) for n in (1, 10, 11, 20, 35, 123)] == ["一", "十", "十一", "二十", "三十五", "一二三"]
    assert [written(3, form) for form in ("decimal", "upperLetter", "decimalEnclosedCircle", "chineseCounting")] == [
        "3",
        "C",
        "③",
        "三",
    ]


def test_ofd_shorthand() -> None:
    assert _deltas("g 3 5.0 4 g") == [5.0, 5.0, 5.0, 4.0, 0.0]
    assert _deltas("g 999999999 1") == [1.0]
    assert _strokes("M 0 0 L 5 0 C M 1 1 Q 2 2 3 3 L 4 3") == [[(0, 0), (5, 0), (0, 0)], [(3, 3), (4, 3)]]


def test_a_table_too_large_is_said() -> None:
    draft = Draft()
    draft.table([["1"] * 200] * 101)
    assert (draft.tables, draft.partial, len(draft.lines)) == ([], "表格太大，没有全部读取", 101)
