"""What the figures were measured on, and what its parts can do alone."""

import datetime
import json
import os
import platform
import re
import subprocess
import time

from servers import CLIENT_CORE, SERVER_CORE, pinned

QUIET = 1.5  # load average; a compiler beside us makes every figure worthless


def output(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)


def wait_until_quiet(patience):
    """The load average when it is low enough, or when patience is at its end."""
    end = time.monotonic() + patience
    while os.getloadavg()[0] >= QUIET and time.monotonic() < end:
        time.sleep(5)
    return os.getloadavg()[0]


def describe(folder):
    cpu = re.search(r"model name\s*:\s*(.+)", open("/proc/cpuinfo").read())
    memory = int(re.search(r"MemTotal:\s*(\d+)", open("/proc/meminfo").read()).group(1)) / 1024 / 1024
    disk = output("findmnt", "--noheadings", "--output", "FSTYPE,SOURCE,OPTIONS", "--target", folder).stdout.split()
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{cpu.group(1) if cpu else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "kernel": platform.release(),
        "disk": f"{disk[0]} on {disk[1]} ({disk[2]})",
        "nginx": output("nginx", "-v").stderr.strip().split("/")[-1],
    }


def file_system_type(folder):
    return output("findmnt", "--noheadings", "--output", "FSTYPE", "--target", folder).stdout.strip()


def dd_bytes_per_second(folder, size):
    """A file of that size, written and synced by dd."""
    target = folder / "dd.bin"
    mebibytes = max(1, size // (1 << 20))
    started = time.monotonic()
    output(*pinned(SERVER_CORE, ["dd", "if=/dev/zero", f"of={target}", "bs=1M", f"count={mebibytes}", "conv=fsync"]))
    return mebibytes * (1 << 20) / (time.monotonic() - started)


def sha256_bytes_per_second():
    """openssl's own figure for blocks of 64 KiB."""
    text = output(*pinned(SERVER_CORE, ["openssl", "speed", "-mr", "-seconds", "2", "-bytes", "65536",
                                        "-evp", "sha256"])).stdout
    return float(re.search(r"^\+F:.*:([\d.]+)\s*$", text, re.MULTILINE).group(1))


def fsyncs_per_second(folder, seconds):
    """fio: one writer, 4 KiB, fsync after each."""
    text = output(*pinned(CLIENT_CORE, [
        "fio", "--name=fsync", f"--filename={folder / 'fio.bin'}", "--rw=write", "--bs=4k", "--fsync=1", "--size=64m",
        "--ioengine=sync", f"--runtime={seconds}", "--time_based", "--output-format=json"])).stdout
    return json.loads(text[text.index("{"):])["jobs"][0]["write"]["iops"]
