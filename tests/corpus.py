"""Bad input, by kind: what people, machines and attackers put where something else was meant to stand."""

from __future__ import annotations

IDS = [
    *("", ".", "..", "...", "%2e%2e", "%252e%252e", "..%2f", "..%5c", "a/b", "a%2fb", "//x", "/x", "\\x", "a\\..\\.."),
    *("x?leadIds=1", "x%3Fa", "x#f", "x%23f", "x;y", "x,y", "@evil", "http://evil/", "x%00", "x%0d%0aHost:%20e"),
    *(
        "abc\n",
        "abc%0a",
        " x ",
        "%20",
        "%zz",
        "%",
        "é",
        "\uff0e\uff0e",
        "\u2025",
        "\u2024\u2024",
        "\u202e",
        "%ed%a0%80",
    ),
    *("\uff41\uff42\uff43", "-x", "_x", "a" * 101, "a" * 7_000, ":key", "*", "{id}", "${x}", "{{x}}", "' OR 1=1"),
    *("../../agents/x", "x/../../../agents", "x.y", "null%00", "\u0663"),
]
# Shaped like an id: asked for, and not there.
UNKNOWN_IDS = ["constructor", "__proto__"[2:-2], "null", "undefined", "NaN", "a" * 100, "x_-9", "0"]

QUERIES = [
    *("page=0", "page=-1", "page=1e9", "page=abc", "page=\u0663", "page=1;2", "page=1&page=2", "page=&page="),
    *(
        "zone=",
        "zone=Etc/GMT%2B99",
        "zone=../../etc/passwd",
        "zone=Europe/London%00",
        "zone=America/Argentina/ComodRivadavia",
    ),
    *("sort=-__class__", "sort=%00", "status=<script>", "status=%0d%0a", "from=9999-99-99", "since=9999-12-31"),
    *("since=0001-01-01", "until=9999-12-31", "until=0001-01-01", "q=" + "a" * 10_000, "q=%00", "q=%2B", "id=%00"),
    *("visit=0", "visit=99999999999999999999", "first=9&last=1", "unfold=%00", "unfold=" + "a," * 3_000, "scale=maybe"),
    *("list=%3Flist%3D", "list=" + "%25" * 400, "live=on", "turns=all", "selected=-1", "stuck=perhaps", "node=%00"),
    *(
        "format=../x",
        "next=//evil.example",
        "actor=%00",
        "actor=" + "a" * 151,
        "before=0",
        "before=99999999999999999999",
    ),
    *(
        "seed=-1",
        "depth=99",
        "compare=2",
        "vs_since=9999-99-99",
        "part=%00",
        "vs_status=%00",
    ),
    *("lead=..", "workflow=%2e%2e", "action=drop", "outcome=x", "=", "&&&", "%", "%zz=%zz", "\ud7ff=\ud7ff"),
    "&".join(f"p{number}={number}" for number in range(1_000)),
]

URLS = [
    *("//e.com", "/\\e.com", "\\\\e.com", "https:e.com", "http:///e.com", "https://e.com\\@ok", "https://ok@e.com"),
    *("https://ok.e.com", "javascript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x"),
    *(
        "file:" + "///etc/passwd",
        "\x08//e.com",
        "/%09/e.com",
        "/%2f%2fe.com",
        "http://169.254.169.254/",
        "http://[::1]",
    ),
    *(
        "http://0x7f.1",
        "https://ok:444/",
        "HTTPS://OK/",
        "https://xn--e1afmkfd.example/",
        "https://e.com/" + "a" * 10_000,
    ),
]

HTML = [
    *("<script>window.pwn=1</script>", "</script><script>window.pwn=1</script>", "<!--", "]]>", "-->"),
    *("<img src=x onerror=window.pwn=1>", "<svg onload=window.pwn=1>", "<a href=https://e target=_top>x</a>"),
    *("<b style=font-size:90px>x</b>", "<a popup=x>", '"onmouseover="window.pwn=1', "'-alert(1)-'", "{{7*7}}"),
    *("{% debug %}", "${7*7}", "%{customdata}", "$\\href{javascript:1}{x}$", "<div hx-get=/x hx-trigger=load>x</div>"),
    *("<meta http-equiv=refresh content=0>", "&lt;b&gt;", "&amp;lt;", "\u2028", "<base href=//e>"),
    "<form id=csrfmiddlewaretoken><input name=q></form>",
]

UNICODE = [
    *("\u202eevil", "\u202dx\u2066y", "\u2069", "a\u200bb", "a\u200cb\u200d", "\ufeffx", "e" + "\u0301" * 1_000),
    *(
        "नमस्ते आशा जी",
        "வணக்கம்",
        "مرحبا",
        "שלום",
        "สวัสดี",
        "🇮🇳",
        "👨‍👩‍👧‍👦",
        "\ud800",
        "x\x00y",
        "\x85",
        "\ufffe",
    ),
    *("\u00e9", "e\u0301", "\u0130stanbul", "x" * 50_000),
]

CONTROLS = [
    *("\r\n2026-11-23 CRITICAL forged", "\x1b[2J", "\t", "%s%n", "{0.__class__}", "a" * 10_000, "🙂", "\n{}\n"),
]
