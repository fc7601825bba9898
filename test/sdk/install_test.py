#!/usr/bin/env python3
"""The installed SDK is enough to build and run an application, and exports its API only."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["FLORIN_BUILD"])
SOURCE = pathlib.Path(__file__).resolve().parent
HEADERS = SOURCE.parent.parent / "include" / "florin"
CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
               "/CN=example", "-days", "2"]


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=240, check=False,
                          **options)
    assert done.returncode == 0, f"{words}:\n{done.stdout}{done.stderr}"
    return done.stdout


class SymbolsTest(unittest.TestCase):
    def test_only_the_api_is_exported(self):
        exported = run(os.environ["FLORIN_NM"], "-D", "--defined-only", "-C", os.environ["FLORIN_LIBRARY"])
        names = [line.split(maxsplit=2)[2] for line in exported.splitlines()]
        declared = set(re.findall(r"\w+", "".join(path.read_text() for path in HEADERS.glob("*.h"))))
        self.assertIn("florin::Wallet::open", "\n".join(names))
        for name in names:
            with self.subTest(name=name):
                plain = re.sub(r"^(vtable|typeinfo|typeinfo name) for ", "", name)
                path = re.match(r"florin::([\w:~]+)", plain)
                self.assertIsNotNone(path, "not of namespace florin")
                for part in path[1].split("::"):
                    self.assertIn(part.lstrip("~"), declared, "no public header has this name")

    def test_every_factory_is_exported(self):
        exported = run(os.environ["FLORIN_NM"], "-D", "--defined-only", "-C", os.environ["FLORIN_LIBRARY"])
        for name in ("openFileStorage", "makeKeyFileProvider", "makePassphraseProvider", "makeHttpsTransport",
                     "SerialExecutor::make", "makeJsonLog", "sdkVersion", "name"):
            self.assertIn(f"florin::{name}(", exported)


class InstallTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-sdk-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.prefix = self.folder / "prefix"
        run(os.environ["FLORIN_CMAKE"], "--install", BUILD, "--component", "sdk", "--prefix", self.prefix)

    def test_every_header_and_the_library_under_its_soname_are_there(self):
        self.assertEqual(sorted(path.name for path in self.prefix.glob("include/florin/*")),
                         sorted(path.name for path in HEADERS.glob("*.h")))
        [library] = self.prefix.glob("lib/**/libflorin.so")
        self.assertRegex(os.readlink(library), r"^libflorin\.so\.\d+\.\d+$")
        self.assertTrue(library.resolve().is_file())

    def test_program_of_public_headers_alone_opens_a_wallet(self):
        moved = self.folder / "moved"  # florin.pc finds its tree wherever that is
        self.prefix.rename(moved)
        [pc] = moved.glob("lib/**/florin.pc")
        flags = shlex.split(run("pkg-config", "--cflags", "--libs", "florin",
                                env={**os.environ, "PKG_CONFIG_PATH": str(pc.parent)}))
        sanitize = os.environ["FLORIN_SANITIZE"]
        program = self.folder / "example"
        run(os.environ["FLORIN_CXX"], "-Wall", "-Wextra", "-Werror", SOURCE / "example.cc", "-o", program,
            *([f"-fsanitize={sanitize}"] if sanitize else []), *flags, f"-Wl,-rpath,{pc.parent.parent}")

        certificate = self.folder / "ca.pem"
        run(*CERTIFICATE, "-keyout", self.folder / "ca.key", "-out", certificate)
        arguments = [program, self.folder, "https://127.0.0.1:1", certificate]
        first = run(*arguments)
        self.assertRegex(first, r"\A[0-9a-f]{32}\nENROLLMENT_NEEDED\n\Z")
        self.assertEqual(run(*arguments), first)


if __name__ == "__main__":
    unittest.main()
