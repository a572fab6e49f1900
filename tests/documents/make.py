"""Writes this folder's files anew; run by hand, wants LibreOffice: ``python tests/documents/make.py``.

``locked.xlsx`` is a workbook saved with a password, made once with msoffcrypto-tool.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from papers import Cell, Grid, Part, as_docx, parts_of  # noqa: E402

#: One page as Word's users make it: a merged table between paragraphs.
SHORT: list[Part] = [
    "江北区财政局2021年部门决算说明",
    "一、部门基本情况",
    "本部门负责全区财政收支管理，内设机构十二个，所属事业单位三个，年末在职人员一百二十六人，比上年减少四人，主要原因是正常退休。",
    Grid(3, 3, (Cell(0, 0, 2, 1, "项目"), Cell(0, 1, 1, 2, "金额（万元）"), Cell(1, 1, 1, 1, "年初数"), Cell(1, 2, 1, 1, "年末数"), Cell(2, 0, 1, 1, "一般公共预算"), Cell(2, 1, 1, 1, "552.94"), Cell(2, 2, 1, 1, "613.07"))),
    "二、其他说明",
]  # fmt: skip


def convert(parts: list[Part], form: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.docx").write_bytes(as_docx(parts))
        command = ["soffice", "--headless", "--convert-to", form, "--outdir", folder, f"{folder}/a.docx"]
        subprocess.run(command, check=True, capture_output=True)
        return next(path for path in Path(folder).iterdir() if path.suffix != ".docx").read_bytes()


def main() -> None:
    (HERE / "short.pdf").write_bytes(convert(SHORT, "pdf"))
    with zipfile.ZipFile(HERE / "doc.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, parts in (("short", SHORT), ("report", parts_of("report")), ("report60", parts_of("report60"))):
            package.writestr(zipfile.ZipInfo(f"{name}.doc"), convert(parts, "doc:MS Word 97"), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
