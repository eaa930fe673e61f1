"""The tables as one HTML page that needs nothing else, and in the marks of bench/README.md."""
import html
import re

STYLE = """
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1b1f23; background: #fff; max-width: 1100px;
       margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.6em; margin-bottom: .2em }
h2 { font-size: 1.15em; margin-top: 2em; border-bottom: 1px solid #d8dee4; padding-bottom: .2em }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .88em }
th, td { text-align: right; padding: .3em .5em; border-bottom: 1px solid #e6eaee; vertical-align: top }
th:first-child, td:first-child, #conditions + table td { text-align: left }
p { color: #444c56 }
svg { width: 100%; height: auto; margin: .3em 0 }
svg text { font-size: 12px; fill: #1b1f23 }
svg text.label { fill: #57606a }
nav a { margin-right: 1em; display: inline-block }
"""
# Told apart by those who see no red or no green as well (Okabe and Ito); who is in many tables has one color in all.
COLORS = {"psqlodbc": "#0072b2", "negodbc": "#d55e00", "libpq": "#009e73", "bare socket": "#cc79a7", "plain": "#0072b2",
          "plugin": "#d55e00", "psql": "#009e73"}
OTHERS = ["#e69f00", "#56b4e9", "#333333", "#8c6d31", "#999999"]
WIDTH, LEFT, RIGHT, BAR = 860, 300, 80, 20


def color_of(name, names):
    known = COLORS.get(name.split(",")[0])  # "negodbc, TLS"
    others = [each for each in names if each.split(",")[0] not in COLORS]
    return known or OTHERS[others.index(name) % len(OTHERS)]


def bars_svg(groups):
    """[(what, [(name, number)])] as bars from zero; each group has a scale of its own."""
    names = list(dict.fromkeys(name for _, bars in groups for name, _ in bars))
    y, marks = 4, []
    for what, bars in groups:
        most = max((value for _, value in bars), default=0)
        scale = (WIDTH - LEFT - RIGHT) / most if most > 0 else 0
        marks.append(f'<text x="{LEFT}" y="{y + 13}" class="label">{html.escape(what)}</text>')
        y += BAR
        for name, value in bars:
            marks.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{html.escape(name)}</text>')
            marks.append(f'<rect x="{LEFT}" y="{y}" width="{value * scale:.1f}" height="{BAR - 5}" '
                         f'fill="{color_of(name, names)}"></rect>')
            shown = f"{value:.0f}" if value >= 100 else f"{value:.3g}"
            marks.append(f'<text x="{LEFT + value * scale + 6:.1f}" y="{y + 12}">{shown}</text>')
            y += BAR
        y += 8
    return (f'<svg viewBox="0 0 {WIDTH} {y}" role="img" xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(marks) + "\n</svg>\n")


def row(cells, tag):
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell).replace('`', '')}</{tag}>" for cell in cells) + "</tr>\n"


def to_html(tables):
    """Well-formed as XML, too."""
    contents = "".join(f'<a href="#{table.name}">{html.escape(table.title)}</a> ' for table in tables)
    body = f"<h1>What logins and rows cost</h1>\n<nav>{contents}</nav>\n"
    for table in tables:
        body += f'<h2 id="{table.name}">{html.escape(table.title)}</h2>\n'
        if table.says:
            body += f"<p>{html.escape(table.says).replace('`', '')}</p>\n"
        head = row(table.head, "th") if any(table.head) else ""
        body += "<table>\n" + head + "".join(row(cells, "td") for cells in table.rows) + "</table>\n"
        if table.bars:
            body += bars_svg(table.bars)
    return ('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n<title>What logins and rows cost</title>\n'
            f"<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n")


def to_markdown(table):
    def line(cells):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    text = f"{table.says}\n\n" if table.says else ""
    return text + "\n".join([line(table.head), "|" + "---|" * len(table.head), *(line(cells) for cells in table.rows)])


MARK = re.compile(r"(<!-- must-show: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def marks_in(text):
    return [match.group(2) for match in MARK.finditer(text)]


def written(text, tables):
    """The text with each mark's content made anew; what has no table here stays as it was."""
    known = {table.name: to_markdown(table) for table in tables}
    return MARK.sub(lambda match: match.group(1) + known[match.group(2)] + "\n" + match.group(3)
                    if match.group(2) in known else match.group(0), text)
