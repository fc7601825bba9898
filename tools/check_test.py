#!/usr/bin/env python3
"""Breaks every rule of tools/check.py once, in a tree made for it, and expects the finding. A ctest."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check  # noqa: E402
import cpp_scan  # noqa: E402

LAYERS = """\
api    :            |
base   : api        |
crypto : base       | openssl/
codec  : base       | boost/json.hpp
wallet : base codec |
fakes  : base       |
apps   : *          | CLI/
test   : *          |
"""


def in_room(room, body):
    return f"#pragma once\n\nnamespace florin::{room} {{\n{body}\n}}  // namespace florin::{room}\n"


class CheckTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("src/LAYERS", LAYERS)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def breaches(self):
        return [(f.rule, f.path, f.line) for f in check.judge(check.Tree(self.root))]

    def expect(self, name, text, *expected):
        self.write(name, text)
        self.assertEqual([(rule, name, line) for rule, line in expected], self.breaches())

    def test_a_good_tree_has_no_breach(self):
        self.write("include/florin/a.h", "#pragma once\n#include <vector>\n#include \"florin/b.h\"\n"
                   "namespace florin {\nstruct A {};\n}\n")
        self.write("src/wallet/a.h", '#pragma once\n#include "codec/b.h"\n#include <sys/stat.h>\n'
                   "namespace florin::wallet {\nint a(int b);\n}\n")
        self.write("src/wallet/a_test.cc", '#include "fakes/clock.h"\n#include <gtest/gtest.h>\n'
                   "namespace florin::wallet {\nTEST(A, B) {}\n}\n")
        self.write("apps/florin/args.h", "#pragma once\n")
        self.expect("apps/florin/main.cc", '#include "args.h"\n#include <CLI/CLI.hpp>\n')

    def test_a_room_that_is_not_named_may_not_be_included(self):
        self.expect("src/codec/a.h", '#pragma once\n#include "wallet/b.h"\n', ("layers", 2))

    def test_only_tests_include_fakes(self):
        self.expect("src/codec/a.h", '#pragma once\n#include "fakes/b.h"\n', ("layers", 2))

    def test_a_foreign_header_is_for_its_owner(self):
        self.expect("src/codec/a.h", "#pragma once\n#include <openssl/evp.h>\n", ("layers", 2))
        self.expect("src/codec/a.h", "#pragma once\n#include <boost/asio.hpp>\n", ("layers", 2))
        self.expect("src/codec/a.h", "#pragma once\n#include <gtest/gtest.h>\n", ("layers", 2))
        self.expect("src/codec/a.h", "#pragma once\n#include <boost/json.hpp>\n")

    def test_a_public_header_includes_no_room(self):
        self.expect("include/florin/a.h", '#pragma once\n#include "base/b.h"\n', ("layers", 2))

    def test_a_room_needs_its_line(self):
        self.expect("src/orphan/a.h", "#pragma once\n", ("layers", 1))

    def test_layers_name_only_rooms_above(self):
        self.expect("src/LAYERS", "base : codec |\ncodec : |\n", ("layers", 1))
        self.expect("src/LAYERS", "base codec\n", ("layers", 1))

    def test_the_file_ceiling(self):
        self.expect("src/codec/a.h", "#pragma once\n" * 500)
        self.expect("src/codec/a.h", "#pragma once\n" * 501, ("file-lines", 1))

    def test_the_function_ceilings(self):
        body = "  f();\n" * 68
        self.expect("src/codec/a.h", in_room("codec", f"void g() {{\n{body}}}"))
        self.expect("src/codec/a.h", in_room("codec", f"void g() {{\n{body}  f();\n}}"),
                    ("function-lines", 4))
        self.expect("src/codec/a.h", in_room("codec", "int f(int, int, int, int, int, int) { return 1; }"))
        self.expect("src/codec/a.h", in_room("codec", "int f(int, int, int, int, int, int, int) { return 1; }"),
                    ("parameters", 4))

    def test_columns(self):
        self.expect("src/codec/a.h", "#pragma once\n// " + "a" * 97 + "\n")
        self.expect("src/codec/a.h", "#pragma once\n// " + "a" * 98 + "\n", ("columns", 2))

    def test_banned_words(self):
        for rule, text in [("memcmp", "memcmp(a, b, 3)"), ("rand", "rand()"), ("cout", "std::cout << 1"),
                           ("system_clock", "std::chrono::system_clock::now()"), ("expose", "key.expose()"),
                           ("expose", "key->exposeMutable()")]:
            with self.subTest(rule):
                self.expect("src/codec/a.cc", f"namespace florin::codec {{\nauto a = {text};\n}}\n", (rule, 2))
                self.expect("src/codec/a.cc", f"namespace florin::codec {{\n// {text}\n}}\n")
                self.expect("src/codec/a.cc", f"namespace florin::codec {{\nauto a = \"{text}\";\n}}\n")
        self.expect("src/codec/a.cc", "namespace florin::codec {\nauto a = operand(1);\n}\n")
        self.expect("src/crypto/a.cc", "namespace florin::crypto {\nauto a = key.expose();\n}\n")
        self.expect("apps/a.cc", "auto& a = std::cout;\n")

    def test_a_decoder_needs_a_fuzzer(self):
        self.expect("src/codec/tlv.h", in_room("codec", "Result<std::vector<Tlv>> decodeTlv(ByteView bytes);"),
                    ("fuzz", 4))
        self.expect("test/fuzz/tlv_fuzz.cc", "int f() { return decodeTlv({}).ok(); }\n")

    def test_unfinished_notes_and_paths_of_a_machine(self):
        self.expect("src/codec/a.h", "#pragma once\n// TO" "DO: later\n", ("unfinished", 2))
        self.write("src/codec/a.h", "#pragma once\n")
        self.expect("docs/a.md", "see /ho" "me/me/notes\n", ("machine-path", 1))
        self.expect("docs/a.md", "see https://example.org/ho" "me/me\n")

    def test_a_header_needs_pragma_once(self):
        self.expect("src/codec/a.h", "namespace florin::codec {\n}\n", ("pragma-once", 1))

    def test_the_namespace_is_the_room(self):
        self.expect("src/codec/a.h", "#pragma once\nnamespace florin::base {\nint f();\n}\n", ("namespace", 2))
        self.expect("src/codec/a.h", "#pragma once\nnamespace florin::base {\nclass F;\n}\n")
        self.expect("src/codec/a.h", "#pragma once\nstruct F {};\n", ("namespace", 1))

    def test_an_exception_is_exact(self):
        self.write("src/codec/a.cc", "namespace florin::codec {\nauto a = rand(), b = rand();\n}\n")
        for count, rules in [(1, {"rand"}), (2, set()), (3, {"exceptions"})]:
            self.write("tools/exceptions.txt", f"# rule path\nrand src/codec/a.cc {count} a dice\n")
            self.assertEqual(rules, {rule for rule, _, _ in self.breaches()}, count)
        check.update(check.Tree(self.root))
        self.assertEqual([], self.breaches())
        self.write("tools/exceptions.txt", "rand src/codec/a.cc\n")
        self.assertIn(("exceptions", "tools/exceptions.txt", 1), self.breaches())

    def test_only_accept_adds_an_exception(self):
        self.write("src/codec/a.cc", "namespace florin::codec {\nauto a = rand();\n}\n")
        check.update(check.Tree(self.root))
        self.assertEqual([("rand", "src/codec/a.cc", 2)], self.breaches())
        check.update(check.Tree(self.root), "rand", "dice")
        self.assertEqual([], self.breaches())


class ScanTest(unittest.TestCase):
    def names(self, code):
        return [(f.name, f.parameters) for f in cpp_scan.functions(cpp_scan.strip_code(code))]

    def test_what_is_a_function(self):
        for code, expected in [
            ("struct A { int b{1}; int f(int a) const { return a; } };", [("f", 1)]),
            ("A::A(int a, int b) : a_{a}, b_(b) { if (a) { b(); } }", [("A", 2)]),
            ("template <class T, class U> auto f(std::map<T, U> m, int n = g(1, 2)) -> T { }", [("f", 2)]),
            ("std::function<void(int, int)> f(std::span<const int> a) { }", [("f", 1)]),
            ("bool A::operator==(const A& b) const { return f([](int) { return 1; }); }", [("operatorX", 1)]),
            ("constexpr int kA[] = {f(1), 2}; namespace a { enum class B { kC }; } void f() {}", [("f", 0)]),
            ("class A { public: explicit A(int a = B{1, 2}.c) {} private: int b_; };", [("A", 1)]),
            ("extern \"C\" int f(const char* a, int b) { return 0; }", [("f", 2)]),
            ("struct A* f(int a) { return 0; } const char* k = R\"({ \" )\"; void g() {}",
             [("f", 1), ("g", 0)]),
        ]:
            with self.subTest(code):
                self.assertEqual(expected, self.names(code))

    def test_literals_keep_their_lines(self):
        self.assertEqual(3, cpp_scan.strip_code('a R"(x\ny)" /* z\n */ 1\'000 \'"\' b').count("\n") + 1)


if __name__ == "__main__":
    unittest.main()
