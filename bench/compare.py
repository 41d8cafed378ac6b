#!/usr/bin/env python3
"""Holdall and nginx on the same machine in the same run: ratios of medians. Called by script/bench.

The server is pinned to the first core, whoever loads it to the second. Each round has fresh folders, and nothing is
deleted before the end: a file system that has just freed many files is slow for a while.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import machine
from servers import CLIENT_CORE, ROOT, Holdall, Nginx, pinned

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
WRK = ROOT / "bench/wrk.lua"


def wrk(server, path, seconds, send="get", **environment):
    """The generator's figures; a failed request makes a figure worthless."""
    variables = {"PATH": os.environ["PATH"], "BENCH_SEND": send}
    variables.update({f"BENCH_{name.upper()}": str(value) for name, value in environment.items()})
    if server.token:
        variables["BENCH_TOKEN"] = server.token
    run = subprocess.run(pinned(CLIENT_CORE, ["wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "30s", "-s", WRK,
                                              server.url + path]),
                         check=True, capture_output=True, text=True, env=variables)
    figures = json.loads(run.stdout.strip().splitlines()[-1])
    if figures["failed"] or not figures["requests"]:
        raise RuntimeError(f"{server.name}: {figures['failed']} of {figures['requests']} requests failed\n{run.stdout}")
    return figures["requests"] / figures["seconds"]


class Download:
    unit = "requests/s"

    def __init__(self, title, size, target):
        self.title, self.size, self.target = title, size, target

    def measure(self, server, plan):
        path = server.offer((b"All work and no play makes Jack a dull boy.\n" * (self.size // 44 + 1))[:self.size], "note.txt")
        wrk(server, path, 1)
        return wrk(server, path, plan.seconds)


class FormUpload:
    title = "upload of 4 KiB: a form, durable / PUT, not synced"
    unit = "requests/s"
    target = 1.0

    def measure(self, server, plan):
        if server.name == "nginx":
            return wrk(server, "/", plan.seconds, send="put", file=plan.small_file, prefix="/in")
        rate = wrk(server, "/api/v1/attachments/upload", plan.seconds, send="form", file=plan.small_file)
        return rate


class LargeUpload:
    unit = "MiB/s"
    target = 2.0

    def __init__(self, size):
        self.title = f"PUT of {size / GIB:g} GiB: SHA-256 and synced / not synced"
        self.size = size

    def measure(self, server, plan):
        headers = [argument for name, value in server.headers.items() for argument in ("-H", f"{name}: {value}")]
        run = subprocess.run(pinned(CLIENT_CORE, [
            "curl", "--silent", "--show-error", "--output", "/dev/null", "--write-out", "%{http_code} %{time_total}",
            *headers, "--upload-file", plan.large_file, server.url + server.put_path("large.bin")]),
            check=True, capture_output=True, text=True)
        status, seconds = run.stdout.split()
        if status != "201":
            raise RuntimeError(f"{server.name} answered {status} to the large upload")
        return self.size / MIB / float(seconds)


class Plan:
    """How long and how often, and the files that are sent."""

    def __init__(self, folder, quick):
        self.folder = folder
        self.seconds = 2 if quick else 5
        self.rounds = 2 if quick else 5
        self.large_size = 256 * MIB if quick else GIB
        self.small_file = folder / "small.txt"
        self.small_file.write_bytes((b"The quick brown fox jumps over the lazy dog. " * 92)[:4 * KIB])
        self.large_file = folder / "large.bin"
        with open(self.large_file, "wb") as file:
            for _ in range(self.large_size // MIB):
                file.write(os.urandom(MIB))

    def measurements(self):
        return [Download("download of 1 MiB: token and row / static file", MIB, 1.0),
                Download("download of 4 KiB: token and row / static file", 4 * KIB, 0.6),
                FormUpload(), LargeUpload(self.large_size)]


class Figures:
    """The rounds of one measurement."""

    def __init__(self, measurement):
        self.measurement = measurement
        self.rounds = {"holdall": [], "nginx": []}

    def median(self, name):
        return statistics.median(self.rounds[name])

    def ratio(self):
        return self.median("holdall") / self.median("nginx")

    def spread(self):
        ratios = [ours / theirs for ours, theirs in zip(self.rounds["holdall"], self.rounds["nginx"])]
        return min(ratios), max(ratios)

    def row(self):
        low, high = self.spread()
        return [self.measurement.title, f"{self.median('holdall'):,.0f}", f"{self.median('nginx'):,.0f}",
                self.measurement.unit, f"{self.ratio():.2f}x", f"{low:.2f}-{high:.2f}x", f"{self.measurement.target:.1f}x",
                "yes" if self.ratio() >= self.measurement.target else "NO"]


def run_round(measurement, figures, plan, number):
    # The order turns round by round, so that neither always comes after the other's dirty pages.
    for kind in (Holdall, Nginx) if number % 2 == 0 else (Nginx, Holdall):
        folder = pathlib.Path(tempfile.mkdtemp(dir=plan.folder, prefix=f"{kind.name}-"))
        os.sync()
        server = kind(folder)
        try:
            figures.rounds[kind.name].append(measurement.measure(server, plan))
        finally:
            server.stop()


def run(plan):
    results = []
    for measurement in plan.measurements():
        figures = Figures(measurement)
        for number in range(plan.rounds):
            run_round(measurement, figures, plan, number)
            print(f"  {measurement.title}: " + ", ".join(
                f"{name} {values[-1]:,.0f}" for name, values in figures.rounds.items()), file=sys.stderr)
        results.append(figures)
    return results


def limits(plan):
    os.sync()
    repeat = range(plan.rounds)
    dd = statistics.median(machine.dd_bytes_per_second(plan.folder, plan.large_size) for _ in repeat)
    return [[f"`dd conv=fsync`, {plan.large_size / GIB:g} GiB", f"{dd / MIB:,.0f} MiB/s"],
            ["`openssl speed sha256`, 64 KiB blocks", f"{machine.sha256_bytes_per_second() / MIB:,.0f} MiB/s"],
            ["`fio --fsync=1`, 4 KiB, one writer", f"{machine.fsyncs_per_second(plan.folder, plan.seconds):,.0f} /s"]]


def table(header, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]]
    return "\n".join(lines)


def report(results, limit_rows, about, load, plan):
    rounds = f"{plan.rounds} alternating rounds, {plan.seconds} s each, wrk with 1 thread and 16 connections"
    ratios = table(["", "holdall", "nginx", "", "ratio", "rounds", "wanted", "reached"], [f.row() for f in results])
    return "\n\n".join([
        "# Holdall beside nginx",
        "<!-- Written by script/bench; run it again instead of changing this. -->",
        f"Medians of {rounds}. Server on one core, generator on the other. Both servers with their defaults but: one"
        " thread each, no line a request (holdall `log.level = error`, nginx `access_log off`), nginx `sendfile on`"
        " and PUT by `dav_methods`. Holdall checks the token, looks the row up, hashes, and answers an upload when it is"
        " durable; nginx does none of that.",
        ratios,
        "What the machine's parts do alone:",
        table(["limit", "figure"], limit_rows),
        table(["machine", ""], [[key, value] for key, value in about.items()] + [["load before", f"{load:.2f}"]]),
    ]) + "\n"


def main():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short rounds; prints only")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build", help="where to work; on a real disk")
    arguments = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("script/bench needs two cores: one for the server, one for the generator.")
    if machine.file_system_type(arguments.folder) in ("tmpfs", "overlay", "ramfs"):
        print("warning: this folder is not on a plain disk; name another with --folder.", file=sys.stderr)
    load = machine.wait_until_quiet(0 if arguments.quick else 180)
    if load >= machine.QUIET:
        print(f"warning: the load average is {load:.2f}; these figures are not worth keeping.", file=sys.stderr)
    folder = pathlib.Path(tempfile.mkdtemp(dir=arguments.folder.resolve(), prefix="bench-"))
    try:
        plan = Plan(folder, arguments.quick)
        text = report(run(plan), limits(plan), machine.describe(folder), load, plan)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if not arguments.quick:
        (ROOT / "bench/results.md").write_text(text)


if __name__ == "__main__":
    main()
