#!/usr/bin/env python3
"""Holds the tree to the rules of CONTRIBUTING.md that no compiler knows. It runs as the ctest `check`.

    tools/check.py [--root DIR]            print every broken rule as file:line, exit 1 if there is one
    tools/check.py --update                lower the counts in tools/exceptions.txt to what is there now
    tools/check.py --accept RULE REASON    except every breach of RULE that is there now, for that reason

A known exception is a line of tools/exceptions.txt: `rule path count reason`. The count is exact: more is a
new breach, fewer means the line is out of date.
"""

import argparse
import collections
import pathlib
import re
import sys

sys.dont_write_bytecode = True
from cpp_scan import functions, strip_code

FILE_LINES = 500
FUNCTION_LINES = 70
PARAMETERS = 6
COLUMNS = 100

CPP = {".h", ".cc"}
CODE = CPP | {".def", ".proto", ".py", ".sh", ".cmake"}
TEXT = CODE | {".md", ".txt", ".json", ".toml", ".yml", ".sql"}
TOP_FOLDERS = ["include", "src", "apps", "bench", "test", "tools", "cmake", "docs", ".ci"]
DATA = ("test/fuzz/corpus/", "test/vectors/")  # whose text is not ours, unless it is code

DECODER_ROOMS = {"codec", "emv", "messages", "proof", "protocol"}
THIRD_PARTY = ("boost/", "openssl/", "google/", "curl/", "sqlite3.h", "toml++/", "toml.hpp", "CLI/",
               "benchmark/", "gtest/", "gmock/", "libpq", "p11-kit", "prometheus/")

Finding = collections.namedtuple("Finding", "rule path line text")
Layer = collections.namedtuple("Layer", "rooms headers")

# word -> (pattern, who may, what to do instead)
BANNED = {
    "memcmp": (r"\bmemcmp\s*\(", r"^$", "crypto::equal for secrets, std::ranges::equal for the rest"),
    "rand": (r"\bs?rand\s*\(", r"^$", "the Random& that is passed in"),
    "system_clock": (r"\bsystem_clock::now\b", r"^$", "the Clock& that is passed in"),
    "cout": (r"\bstd::cout\b", r"^apps/", "Log& (only apps/ prints)"),
    "expose": (r"(?:\.|->)expose(?:Mutable)?\(\)",
               r"^(src/crypto/|src/fakes/|test/|bench/|.*(/test_|_(test|fixture)\.(cc|h)$))",
               "an operation of crypto or an encoder that takes SecretBytes"),
}


class Tree:
    """The files of one checkout, read once."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.text = {}
        for path in sorted(self._files()):
            name = path.relative_to(self.root).as_posix()
            if not name.startswith(DATA) or path.suffix in CODE:
                self.text[name] = path.read_text(encoding="utf-8", errors="replace")
        self.code = {name: strip_code(text) for name, text in self.text.items()
                     if pathlib.PurePath(name).suffix in CPP}

    def _files(self):
        for path in self.root.iterdir():
            if path.is_file() and (path.suffix in TEXT or path.name == "Makefile"):
                yield path
        for folder in TOP_FOLDERS:
            for path in (self.root / folder).rglob("*"):
                if path.is_file() and (path.suffix in TEXT or path.name in ("LAYERS", "run")):
                    yield path

    def cpp(self):
        return self.code.items()


def room_of(name):
    """The line of LAYERS that a file falls under."""
    parts = name.split("/")
    if parts[0] == "include":
        return "api"
    return parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]


def is_test(name):
    """Test code: test/, bench/ and, beside the code, *_test.cc, *_test.h, *_fixture.h and test_*.h."""
    file = name.split("/")[-1]
    beside = file.endswith(("_test.cc", "_test.h", "_fixture.h")) or file.startswith("test_")
    return beside or name.startswith(("test/", "bench/"))


def read_layers(tree, report):
    layers = {}
    for number, line in enumerate(tree.text.get("src/LAYERS", "").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"([a-z0-9 ]+):([^|]*)\|(.*)", line)
        if not match:
            report("layers", "src/LAYERS", number, "not `room : rooms | headers`")
            continue
        names, rooms, headers = (part.split() for part in match.groups())
        for name in names:
            for room in rooms:
                if room != "*" and room not in layers:
                    report("layers", "src/LAYERS", number, f"{name} names {room}, which is not above it")
            layers[name] = Layer(set(rooms), tuple(headers))
    return layers


def owns(headers, include):
    return any(include.startswith(h) if h.endswith("/") else include == h or include.startswith(h + "/")
               for h in headers)


def check_include(tree, layers, name, include, quoted):
    """Returns what is wrong with one #include, or None."""
    room = room_of(name)
    layer = layers[room]
    if include.startswith("florin/"):
        return None
    target = include.split("/")[0]
    if quoted and target in layers and "/" in include:
        if room == "api":
            return f"a public header includes std and florin/ only, not {include}"
        if target == room or target in layer.rooms or "*" in layer.rooms:
            return None
        if target == "fakes" and is_test(name):
            return None
        return f"room {room} may not include room {target}; src/LAYERS says who may"
    third = include.startswith(THIRD_PARTY) or any(owns(l.headers, include) for l in layers.values())
    if third:
        if owns(layer.headers, include) or (is_test(name) and target in ("gtest", "gmock")):
            return None
        owners = [other for other, l in layers.items() if owns(l.headers, include)] or ["nobody"]
        return f"<{include}> belongs to {', '.join(owners)}; use that room's interface"
    if quoted:
        # Outside src/ a header stands beside its user; tests and benchmarks also take apps/ in.
        beside = (tree.root / name).parent / include
        if room in ("apps", "bench", "test") and (beside.exists() or any(
                (tree.root / "apps").glob("**/" + include))):
            return None
        return f'"{include}" is neither florin/ nor room/; write the path from src/'
    return None


def check_layers(tree, report):
    layers = read_layers(tree, report)
    for name, _ in tree.cpp():
        room = room_of(name)
        if room not in layers:
            report("layers", name, 1, f"folder {room} has no line in src/LAYERS; add it")
            continue
        for number, line in enumerate(tree.text[name].splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                wrong = check_include(tree, layers, name, match[2], match[1] == '"')
                if wrong:
                    report("layers", name, number, wrong)


def check_sizes(tree, report):
    for name, code in tree.cpp():
        lines = tree.text[name].count("\n")
        if lines > FILE_LINES:
            report("file-lines", name, 1, f"{lines} lines, the ceiling is {FILE_LINES}; split the file")
        for function in functions(code):
            if function.lines > FUNCTION_LINES:
                report("function-lines", name, function.line,
                       f"{function.name} has {function.lines} lines, the ceiling is {FUNCTION_LINES};"
                       " split it")
            if function.parameters > PARAMETERS:
                report("parameters", name, function.line,
                       f"{function.name} takes {function.parameters} parameters, the ceiling is"
                       f" {PARAMETERS}; pass a struct")


def check_columns(tree, report):
    for name, text in tree.text.items():
        if pathlib.PurePath(name).suffix in CPP | {".py", ".sh"}:
            for number, line in enumerate(text.splitlines(), 1):
                if len(line) > COLUMNS and not (name.endswith((".py", ".sh")) and len(line) <= 120):
                    report("columns", name, number, f"{len(line)} columns, the ceiling is {COLUMNS}")


def check_banned(tree, report):
    for name, code in tree.cpp():
        for word, (pattern, allowed, instead) in BANNED.items():
            if re.match(allowed, name):
                continue
            for match in re.finditer(pattern, code):
                report(word, name, code.count("\n", 0, match.start()) + 1,
                       f"{match[0]} is not for here; use {instead}")


def check_fuzzers(tree, report):
    fuzzers = "\n".join(code for name, code in tree.cpp()
                        if name.startswith("test/fuzz/") and name.endswith("_fuzz.cc"))
    called = set(re.findall(r"\w+", fuzzers))
    for name, code in tree.cpp():
        if name.startswith("src/") and name.endswith(".h") and room_of(name) in DECODER_ROOMS:
            for match in re.finditer(r"^\s*Result<[^;{]*?\s((?:decode|parse)[A-Z]\w*)\s*\(", code, re.M):
                if match[1] not in called:
                    stem = re.sub(r"(?<!^)(?=[A-Z])", "_", re.sub("^(decode|parse)", "", match[1])).lower()
                    report("fuzz", name, code.count("\n", 0, match.start(1)) + 1,
                           f"no fuzzer calls {match[1]}; write test/fuzz/{stem}_fuzz.cc")


def check_shape(tree, report):
    unfinished = re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME)\b")
    machine = re.compile(r"(?<![\w.}])/(" + "work|root|home" + ")/")
    for name, text in tree.text.items():
        for number, line in enumerate(text.splitlines(), 1):
            if not name.endswith(".md") and unfinished.search(line):
                report("unfinished", name, number, "finish it or file an issue; the tree has no such notes")
            if machine.search(line):
                report("machine-path", name, number, "a path of somebody's machine; make it relative")
        if name.endswith(".h") and "#pragma once" not in text:
            report("pragma-once", name, 1, "no #pragma once; add it")


def check_namespaces(tree, report):
    for name, code in tree.cpp():
        if not name.startswith(("src/", "include/")) or is_test(name):
            continue
        room = room_of(name)
        home = "florin" if room == "api" else f"florin::{room}"
        opened = list(re.finditer(r"^namespace\s+([\w:]+)\s*\{", code, re.M))
        if not opened and re.search(r"^(class|struct|enum|template|inline|[\w:<>&]+ [\w:]+\()", code, re.M):
            report("namespace", name, 1, f"declares something outside namespace {home}")
        for match in opened:
            space = match[1]
            fits = space == home or space.startswith(home + "::") or space == "std"
            # What include/florin declares is defined in some room; a forward declaration stands where it must.
            public = space == "florin" and name.endswith(".cc") and (
                room == "wallet" or '#include "florin/' in tree.text[name])
            if fits or public or only_declares(code, match.end()):
                continue
            report("namespace", name, code.count("\n", 0, match.start()) + 1,
                   f"namespace {space} in room {room}; it is {home}")


def only_declares(code, start):
    body = code[start:code.find("}", start)]
    return re.fullmatch(r"(\s*(class|struct|enum class)\s+\w+\s*(:\s*[\w:]+\s*)?;)+\s*", body) is not None


CHECKS = [check_layers, check_sizes, check_columns, check_banned, check_fuzzers, check_shape, check_namespaces]


def find(tree):
    findings = []
    for check in CHECKS:
        check(tree, lambda *args: findings.append(Finding(*args)))
    return findings


def read_exceptions(tree):
    """Returns {(rule, path): (count, line, reason)}; a line that is none of these stands under its number."""
    exceptions, wrong = {}, []
    for number, line in enumerate(tree.text.get("tools/exceptions.txt", "").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"(\S+)\s+(\S+)\s+(\d+)\s+(\S.*)", line)
        if match:
            exceptions[match[1], match[2]] = (int(match[3]), number, match[4])
        else:
            wrong.append(Finding("exceptions", "tools/exceptions.txt", number, "not `rule path count reason`"))
    return exceptions, wrong


def judge(tree):
    """Returns the findings that no exception covers, and those about the exceptions themselves."""
    exceptions, breaches = read_exceptions(tree)
    groups = collections.defaultdict(list)
    for finding in find(tree):
        groups[finding.rule, finding.path].append(finding)
    for key, group in groups.items():
        count = exceptions.get(key, (0,))[0]
        if len(group) > count:
            breaches += group
            if count:
                breaches.append(Finding(key[0], key[1], 1, f"{len(group)} of these, the exception is for {count}"))
    for key, (count, number, _) in exceptions.items():
        if len(groups.get(key, [])) < count:
            breaches.append(Finding("exceptions", "tools/exceptions.txt", number,
                                    f"{key[0]} in {key[1]}: {count} listed, {len(groups.get(key, []))} there;"
                                    " run tools/check.py --update"))
    return breaches


def write_exceptions(tree, exceptions):
    """Keeps the comments at the head of the file, then writes the exceptions in order."""
    head = [line for line in tree.text.get("tools/exceptions.txt", "").splitlines() if line.startswith("#")]
    lines = [f"{rule:<14} {path:<42} {count:>2} {reason}"
             for (rule, path), (count, _, reason) in sorted(exceptions.items()) if count]
    (tree.root / "tools").mkdir(exist_ok=True)
    (tree.root / "tools/exceptions.txt").write_text("\n".join(head + lines) + "\n")


def update(tree, accept=None, reason=None):
    """Lowers every count to what is there. For the rule `accept` it also raises, and adds with `reason`."""
    found = collections.Counter((f.rule, f.path) for f in find(tree))
    exceptions, _ = read_exceptions(tree)
    for key, (count, number, why) in exceptions.items():
        exceptions[key] = (found[key] if key[0] == accept else min(count, found[key]), number, why)
    for key, count in found.items():
        if key[0] == accept and key not in exceptions:
            exceptions[key] = (count, 0, reason)
    write_exceptions(tree, exceptions)


def main():
    parser = argparse.ArgumentParser(description="Holds the tree to the rules that no compiler knows.")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--update", action="store_true", help="lower the counts in tools/exceptions.txt")
    parser.add_argument("--accept", nargs=2, metavar=("RULE", "REASON"), help="except what breaks RULE now")
    arguments = parser.parse_args()
    tree = Tree(arguments.root)
    if arguments.update or arguments.accept:
        update(tree, *(arguments.accept or ()))
        tree = Tree(arguments.root)
    breaches = sorted(judge(tree), key=lambda f: (f.path, f.line))
    for breach in breaches:
        print(f"{breach.path}:{breach.line}: [{breach.rule}] {breach.text}")
    print(f"check: {len(tree.text)} files, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
