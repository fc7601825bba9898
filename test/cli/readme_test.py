#!/usr/bin/env python3
"""What README.md and docs/operations.md tell to type works, and prints what they show."""

import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from florin_cli import BIN, DEADLINE, florin

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
ADDRESS = "127.0.0.1:8443"  # what the documents say; the test takes a free port in its place


def commands(document):
    """The indented lines of a document, continued ones joined, without comments."""
    text = (SOURCE / document).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    return [re.sub(r"\s+# .*$", "", line).rstrip() for line in lines]


def shape(line):
    """A line of output without its figures."""
    return re.sub(r"\d+", "N", " ".join(line.split()))


def free_address():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


class DocumentTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-readme-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "bin").symlink_to(BIN)
        self.address = free_address()
        self.server = None
        self.addCleanup(self.end)
        self.environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}

    def shell(self, command):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve(self, command):
        """Leaves the command running, as one shell of the reader's is."""
        with open(self.folder / "serve.log", "wb") as log:
            self.server = subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=self.folder, env=self.environment,
                                           stdout=log, stderr=log)
        end = time.monotonic() + DEADLINE
        while b"server.listening" not in (self.folder / "serve.log").read_bytes():
            self.assertIsNone(self.server.poll(), (self.folder / "serve.log").read_text())
            self.assertLess(time.monotonic(), end, "it does not listen")
            time.sleep(0.02)

    def end(self):
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            status, self.server = self.server.wait(timeout=DEADLINE), None
            self.assertEqual(status, 0)

    def on_terminal(self, command, question, answer):
        """Types `answer` when the command asks its question."""
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe("bash", ["bash", "-c", command], self.environment)
        seen, asked = "", False
        while select.select([fd], [], [], DEADLINE)[0]:
            try:
                data = os.read(fd, 4096)
            except OSError:  # the other side is closed
                break
            seen += data.decode()
            if question in seen and not asked:
                asked = True
                time.sleep(0.1)  # echo off comes right after the question
                os.write(fd, (answer + "\r").encode())
        else:
            os.kill(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(fd)
        self.assertEqual(status, 0, f"{command}\n{seen}")
        return seen

    def run_all(self, lines):
        """Runs the commands in their order and gives the output of each."""
        outputs = {}
        code = ""
        for line in lines:
            command = line.replace(ADDRESS, self.address)
            with self.subTest(command=line):
                if " serve " in command:
                    self.serve(command)
                elif " wallet enroll " in command:
                    outputs[line] = self.on_terminal(command, "Activation code", code)
                else:
                    if " rotate-channel-key " in command or " restore " in command:  # the page says: florind stopped
                        self.end()
                    outputs[line] = self.shell(command)
                    found = re.search(r"^  (\w{26})$", outputs[line], re.MULTILINE)
                    code = found[1] if found else code
        return outputs

    def test_steps_of_the_readme_lead_to_a_payment(self):
        lines = [line for line in commands("README.md") if "build/bin/" in line]
        self.assertGreaterEqual(len(lines), 7)
        outputs = self.run_all(lines)
        self.assertIn("approved  12.50 EUR", outputs[lines[-1]])

    def test_make_knows_the_targets_of_the_readme(self):
        targets = [line.split()[1] for line in commands("README.md") if line.startswith("make ")]
        self.assertEqual(targets, ["demo", "test"])
        for target in targets:
            subprocess.run(["make", "-n", target], cwd=SOURCE, check=True, capture_output=True, timeout=DEADLINE)

    def test_demo_prints_what_the_readme_shows(self):
        text = (SOURCE / "README.md").read_text(encoding="utf-8")
        [sample] = [block for block in re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
                    if "approved" in block]
        shown = [shape(line) for line in sample.splitlines() if line.strip() not in ("", "...")]
        done = florin("demo")
        self.assertEqual(done.returncode, 0, done.stderr)
        printed = iter([shape(line) for line in done.stdout.splitlines()])
        for line in shown:
            self.assertIn(line, printed, "not printed, or in another order")

    def test_florind_commands_of_the_operations_page_work(self):
        lines = [line for line in commands("docs/operations.md") if line.startswith("florind ")]
        self.assertLessEqual({"init", "serve", "rotate-channel-key", "backup", "restore"},
                             {line.split()[1] for line in lines})
        self.run_all(lines)


if __name__ == "__main__":
    unittest.main()
