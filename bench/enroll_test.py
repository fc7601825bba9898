#!/usr/bin/env python3
"""Runs a few flows of `florin-bench enroll` and checks that every key is printed. Times are not checked."""

import json
import subprocess
import sys

KEYS = {"flows_per_second", "cpu_us_per_flow", "p50_us", "p99_us", "floor_us", "ratio", "fsyncs_per_flow", "rss_kb",
        "rss_kb_at_tenth", "devices", "flows"}


def main():
    command = [sys.argv[1], "enroll", "--json", "--devices", "2", "--flows", "4"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    printed = json.loads(ended.stdout)
    assert set(printed) == KEYS, sorted(printed)
    assert printed["flows"] == 4 and printed["devices"] == 2, printed
    assert printed["fsyncs_per_flow"] > 0 and printed["rss_kb"] > 0, printed


if __name__ == "__main__":
    main()
