#!/usr/bin/env python3
"""florind's own bad input, and its end."""

import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from florin_cli import DEADLINE, FLORIND, INPUT, LOCAL_STATE, USAGE, Backend


class BackendTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def fails(self, status, *arguments, says):
        done = subprocess.run([FLORIND, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        *log, line = done.stderr.splitlines()
        self.assertTrue(all(entry.startswith("{") for entry in log), done.stderr)
        self.assertRegex(line, r"\Aflorind: ")
        self.assertRegex(line, says)
        return done

    def test_data_directory_that_exists_is_left_alone(self):
        data = self.folder / "data"
        data.mkdir()
        (data / "mine").write_text("mine")
        self.fails(LOCAL_STATE, "init", "--data-dir", data, says="exists")
        self.assertEqual([path.name for path in data.iterdir()], ["mine"])

    def test_data_directory_that_cannot_be_made(self):
        for data in (self.folder / "no" / "data", "/proc/florin-data"):
            self.fails(LOCAL_STATE, "init", "--data-dir", data, says="writable")

    def test_data_directory_that_is_not_there(self):
        file = self.folder / "file"
        for command in (["serve", "--listen", "127.0.0.1:0"], ["rotate-channel-key"], ["confirm-restore"],
                        ["backup", file], ["restore", file]):
            self.fails(LOCAL_STATE, *command, "--data-dir", self.folder / "none", says="florind init")

    def test_host_that_is_none(self):
        self.fails(INPUT, "init", "--data-dir", self.folder / "data", "--host", "a b", says="--host")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_command_line_that_is_wrong(self):
        for arguments, says in [
                ([], "give one of: init, serve, .*, confirm-restore; see `florind --help`"),
                (["serv"], "no sub-command `serv`, the closest is `serve`; see `florind --help`"),
                (["start\n"], "no sub-command `start `"),
                (["int"], "closest is `init`"),
                (["serve"], "--data-dir.*see `florind serve --help`"),
                (["serve", "--data-dir", "x", "--bogus"], "--bogus"),
                (["serve", "--data-dir", "x", "--log-level", "loud"], "--log-level"),
        ]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.fails(USAGE, *arguments, says=says).stdout, "")

    def test_help_and_version_are_no_failures(self):
        for arguments in (["--help"], ["serve", "--help"], ["--version"]):
            done = subprocess.run([FLORIND, *arguments], capture_output=True, text=True, timeout=DEADLINE)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertNotEqual(done.stdout, "")

    def test_data_directory_that_cannot_be_read(self):
        data = Backend(self.folder).data
        (data / "florind.toml").rename(self.folder / "florind.toml")
        self.fails(LOCAL_STATE, "serve", "--data-dir", data, says="florind.toml cannot be read.*`florind init`")
        (self.folder / "florind.toml").rename(data / "florind.toml")
        data.chmod(0)
        self.folder.chmod(0o711)
        program = self.folder / "florind"  # where another user may run it
        shutil.copy2(FLORIND, program)
        another = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run([program, "serve", "--data-dir", data], capture_output=True, text=True,
                              timeout=DEADLINE, cwd="/", **another)
        data.chmod(0o700)
        self.assertEqual(done.returncode, LOCAL_STATE, done.stderr)
        self.assertRegex(done.stderr, r"\Aflorind: [^\n]+cannot be read: [^\n]+\n\Z")

    def test_busy_port(self):
        backend = Backend(self.folder)
        with socket.create_server(("127.0.0.1", 0)) as busy:
            address = f"127.0.0.1:{busy.getsockname()[1]}"
            self.fails(LOCAL_STATE, "serve", "--data-dir", backend.data, "--listen", address, says="in use")

    def test_init_prints_the_operator_token_once_and_quiet_prints_nothing(self):
        for quiet in (False, True):
            data = self.folder / f"data{quiet}"
            done = subprocess.run([FLORIND, "init", "--data-dir", data, *(["--quiet"] if quiet else [])],
                                  capture_output=True, text=True, timeout=DEADLINE, check=True)
            self.assertEqual("token" in done.stdout, not quiet)

    def test_terminated_backend_ends_with_status_0(self):
        backend = Backend(self.folder)
        backend.start()
        self.addCleanup(backend.kill)
        self.assertEqual(backend.kill(signal.SIGTERM), 0)

    def start_with_files(self, limit):
        backend = Backend(self.folder)
        self.addCleanup(backend.kill)
        backend.start(under=["prlimit", f"--nofile={limit}"])
        return backend

    def test_file_limit_is_raised_to_what_the_connections_need(self):
        backend = self.start_with_files("256:")
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        self.assertEqual(resource.prlimit(backend.process.pid, resource.RLIMIT_NOFILE)[0], min(most, 16_384 + 1_024))

    def test_file_limit_that_is_too_low_is_told_and_fewer_connections_are_taken(self):
        backend = self.start_with_files("200:300")
        self.assertEqual(resource.prlimit(backend.process.pid, resource.RLIMIT_NOFILE)[0], 300)
        told = [entry for entry in map(json.loads, backend.log.read_text().splitlines())
                if entry["event"] == "server.file_limit"]
        self.assertEqual([(entry["limit"], entry["wanted"], entry["connections"]) for entry in told],
                         [(300, 16_384 + 1_024, 150)])
        self.assertIn("LimitNOFILE", told[0]["advice"])


if __name__ == "__main__":
    unittest.main()
