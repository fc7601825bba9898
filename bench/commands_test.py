#!/usr/bin/env python3
"""Runs a little of every command of florin-bench and checks that every key is printed. Times are not checked."""

import json
import subprocess
import sys

LOAD = {"p50_us", "p99_us", "floor_us", "ratio", "rss_kb", "rss_kb_at_tenth", "devices"}
FLOWS = LOAD | {"flows_per_second", "cpu_us_per_flow", "fsyncs_per_flow", "flows"}
EXCHANGES = LOAD | {"exchanges_per_second", "cpu_us_per_exchange", "fsyncs_per_exchange", "exchanges"}
PAYMENTS = LOAD | {"authorizations_per_second", "cpu_us_per_authorization", "fsyncs_per_authorization",
                   "authorizations"}
TAPS = {"p50_us", "p99_us", "floor_us", "ratio", "cda_p50_us", "cda_p99_us", "cda_floor_us", "cda_ratio",
        "write_syscalls", "cold_start_p50_us", "cold_start_p99_us", "cards", "taps"}
KILLS = {"kills", "exchanges", "retries", "operations_acknowledged", "keys_delivered", "lost", "twice"}
GROWTH = {"ratio", "page_reads_more", "cpu_us_per_exchange_few", "cpu_us_per_exchange", "page_reads_per_exchange_few",
          "page_reads_per_exchange", "wallets_few", "wallets", "rounds", "exchanges"}
DIGITIZATIONS = LOAD | {"digitizations_per_second", "cpu_us_per_digitization", "fsyncs_per_digitization",
                        "digitizations"}
DRAINS = {"answered", "digitizations", "stored", "unread", "connections_refused", "failed", "exit_status", "drain_ms"}
CONNECTIONS = {"connections", "answered", "rss_kb", "rss_kb_before", "bytes_per_connection"}
PUSHES = {"pushes_per_second", "floor_pushes_per_second", "ratio", "pushes", "rounds", "sent_again"}

# What is run, the keys that are printed, and what is known of some of them.
RUNS = [
    ("enroll --devices 2 --flows 4", FLOWS, {"flows": 4, "devices": 2}),
    ("exchange --devices 2 --exchanges 20", EXCHANGES, {"exchanges": 20, "devices": 2}),
    ("idle --devices 2 --exchanges 20", EXCHANGES, {"exchanges": 20, "fsyncs_per_exchange": 0}),
    ("exchange --devices 4 --seconds 2 --kill-server-every 500ms", KILLS, {"lost": 0, "twice": 0}),
    ("grow --devices 2 --wallets 2000 --rounds 1 --seconds 1", GROWTH, {"wallets": 2000, "wallets_few": 1000}),
    ("authorize --devices 2 --authorizations 40", PAYMENTS, {"authorizations": 40, "devices": 2}),
    ("digitize --devices 2 --digitizations 32", DIGITIZATIONS, {"digitizations": 32, "devices": 2}),
    ("digitize --devices 8 --seconds 1 --drain", DRAINS, {"failed": 0, "exit_status": 0}),
    ("connections --count 200", CONNECTIONS, {"connections": 200, "answered": 200}),
    ("tap --taps 50 --starts 5", TAPS, {"taps": 50, "write_syscalls": 0}),
    ("push --pushes 200 --rounds 1", PUSHES, {"pushes": 200}),
]

# Keys of work that was done: without it nothing was measured.
COUNTS = ("kills", "exchanges", "ratio", "keys_delivered", "rss_kb", "pushes_per_second", "fsyncs_per_flow",
          "answered", "stored")


def check(program, words, keys, known):
    ended = subprocess.run([program, *words.split(), "--json"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, (words, ended.stdout, ended.stderr)
    printed = json.loads(ended.stdout)
    assert set(printed) == keys, (words, sorted(printed))
    assert known.items() <= printed.items(), (words, printed)
    assert all(printed[name] > 0 for name in COUNTS if name in printed), (words, printed)


def main():
    for words, keys, known in RUNS:
        check(sys.argv[1], words, keys, known)


if __name__ == "__main__":
    main()
