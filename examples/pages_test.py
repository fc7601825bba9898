#!/usr/bin/env python3
"""The pages say what is there: docs/integrating.md's code stands in the examples, its table in status.def, and each test
that docs/threat-model.md names exists."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "integrating.md").read_text()
THREATS = (ROOT / "docs" / "threat-model.md").read_text()


class IntegratingTest(unittest.TestCase):
    def test_every_block_of_code_is_part_of_an_example(self):
        examples = [path.read_text() for path in (ROOT / "examples").iterdir() if path.suffix in (".h", ".cc")]
        blocks = re.findall(r"^```cpp\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        self.assertGreater(len(blocks), 5)
        for block in blocks:
            with self.subTest(block=block):
                self.assertTrue(any(block in example for example in examples))

    def test_errors_are_those_of_the_table(self):
        rows = re.findall(r"^\| (\d+) \| (\d+) \| `(\w+)` \| (yes|no) \|", PAGE, re.MULTILINE)
        defined = re.findall(r"^FLORIN_CPS\(\w+, (\d+), (\d+), (\w+), (true|false)\)",
                             (ROOT / "src" / "messages" / "status.def").read_text(), re.MULTILINE)
        self.assertGreater(len(defined), 20)
        expected = [(cps, http, sdk, "yes" if retryable == "true" else "no")
                    for cps, http, sdk, retryable in defined if cps != "0"]
        self.assertEqual(rows, expected)

    def test_every_sdk_code_is_explained(self):
        header = (ROOT / "include" / "florin" / "error.h").read_text()
        codes = re.findall(r"^  (\w+),", header.split("enum class ProvisioningServiceErrorCode")[1].split("};")[0],
                           re.MULTILINE)
        self.assertGreater(len(codes), 20)
        missing = [code for code in codes if f"`{code}`" not in PAGE and code != "COMMON_SUCCESS"]
        self.assertEqual(missing, [])


class ThreatModelTest(unittest.TestCase):
    def test_every_test_that_is_named_exists(self):
        named = re.findall(r"`([\w/]+_test\.(?:cc|py))`\s+`([\w.]+)`", THREATS)
        self.assertGreater(len(named), 20)
        for file, name in named:
            with self.subTest(file=file, name=name):
                text = (ROOT / file).read_text()
                if file.endswith(".cc"):
                    suite, test = name.split(".")
                    self.assertTrue(re.search(rf"TEST(_F|_P)?\({suite}, {test}\)", text))
                else:
                    self.assertTrue(f"def {name}(" in text)

    def test_every_attack_that_is_named_exists(self):
        named = re.findall(r"\*([a-z0-9]+(?:-[a-z0-9]+)+)\*", THREATS)
        self.assertGreater(len(named), 10)
        peer = "".join(path.read_text() for path in (ROOT / "test" / "peer").glob("attack*.py"))
        self.assertEqual([name for name in named if f'"{name}"' not in peer], [])

    def test_every_invariant_is_there(self):
        for number in range(1, 11):
            self.assertRegex(THREATS, rf"\bI{number}\b")


if __name__ == "__main__":
    unittest.main()
