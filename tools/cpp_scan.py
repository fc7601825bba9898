"""Finds the functions of a C++ file well enough to measure them. It knows braces, not the language."""

import collections
import re

Function = collections.namedtuple("Function", "name line lines parameters")

_NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\"]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
_CONTROL = re.compile(r"\b(?:if|for|while|switch|catch|else|do|try|return)\b")
_SCOPE = re.compile(r"\b(?:namespace|class|struct|union|enum|extern)\b")
_OPERATOR = re.compile(r"\boperator\s*(?:\(\)|\[\]|[-+*/%^&|~!=<>,]+)")
_NOT_A_NAME = {"decltype", "noexcept", "alignas", "explicit", "requires", "__attribute__", "sizeof"}


def strip_code(text):
    """Blanks comments, literals and directives; every line keeps its number."""
    def blank(match):
        found = match[0]
        lines = "\n" * found.count("\n")
        return ('""' if found[0] in "\"R" else "0" if found[0] == "'" else "") + lines
    text = _NOISE.sub(blank, text)
    return _DIRECTIVE.sub(lambda m: "\n" * m[0].count("\n"), text)


def _angle(code, at, depth):
    """Depth of template brackets after the `<` or `>` at `at`."""
    if code[at] == "<":
        return depth + (code[at - 1:at].isalnum() or code[at - 1:at] == "_")
    return depth - (depth > 0 and code[at - 1:at] != "-")


def _parameters(head):
    """Returns (name, how many parameters) of the first parameter list in `head`, or None."""
    angles, at = 0, 0
    for at, char in enumerate(head):
        if char in "<>":
            angles = _angle(head, at, angles)
        if char == "(" and angles == 0:
            name = re.search(r"([~\w]+)\s*$", head[:at])
            if name and name[1] not in _NOT_A_NAME:
                break
    else:
        return None
    depth, angles, count, filled = 0, 0, 1, False
    for i in range(at, len(head)):
        char = head[i]
        if char in "<>":
            angles = _angle(head, i, angles)
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif char == "," and depth == 1 and angles == 0:
            count += 1
        filled = filled or (i > at and not char.isspace())
    return name[1], count if filled else 0


def _without_template(head):
    """Drops a leading `template <...>`."""
    match = re.match(r"\s*template\s*<", head)
    if not match:
        return head
    depth = 1
    for at in range(match.end(), len(head)):
        depth += {"<": 1, ">": -1}.get(head[at], 0)
        if depth == 0:
            return _without_template(head[at + 1:])
    return head


def _is_function(head):
    """Tells whether `head`, the text before a brace, declares a function."""
    head = _without_template(head)
    if _CONTROL.search(head) or ")" not in head:
        return False
    bare = _OPERATOR.sub("operatorX", head)
    before = bare.split("(")[0]
    if _SCOPE.search(before) and not re.search(r'extern\s+""', before):
        return re.search(r"^\s*(?:static |inline |const )*(?:struct|class|enum|union) [\w:]+[ &*]+[\w:]+$",
                         before) is not None
    return "=" not in before


def functions(code):
    """Returns the functions of stripped `code`. A lambda belongs to the function around it."""
    found, stack = [], []
    start, parens, skipped, inside = 0, 0, 0, None
    for match in re.finditer(r"[{}();]", code):
        char, at = match[0], match.start()
        if char == "(":
            parens += 1
        elif char == ")":
            parens = max(0, parens - 1)
        elif char == "{":
            head = code[start:at]
            initializer = inside is None and (
                parens or skipped or (re.search(r"\)\s*(?:noexcept\s*)?:[^:]", head)
                                      and re.search(r"[\w>]\s*$", head)))
            if initializer:
                skipped += 1
                continue
            if inside is None and _is_function(head):
                lead = re.match(r"(?:\s|(?:public|private|protected)\s*:)*", head).end()
                inside = (len(stack), start + lead, _OPERATOR.sub("operatorX", head[lead:]))
            stack.append(parens)
            parens, start = 0, at + 1
        elif char == "}":
            if skipped and inside is None:
                skipped -= 1
                continue
            parens = stack.pop() if stack else 0
            if inside and len(stack) == inside[0]:
                found.append(_measure(code, inside, at))
                inside = None
            start = at + 1
        elif parens == 0 and not skipped:
            start = at + 1
    return found


def _measure(code, inside, end):
    _, begin, head = inside
    line = code.count("\n", 0, begin) + 1
    name, parameters = _parameters(_without_template(head)) or ("a function", 0)
    return Function(name, line, code.count("\n", begin, end) + 1, parameters)
