#!/usr/bin/env python3
"""Runs jobd: does it serve, and do its planted traps really spring?

    smoke.py JOBD            as it stands: every trap takes the whole service down
    smoke.py JOBD --healed   after spawnlint fix: a task's panic no longer does
"""
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

jobd, healed = sys.argv[1], "--healed" in sys.argv[2:]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Service:
    def __init__(self, journal, env=None, limit=None):
        def before():
            if limit is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        self.port = free_port()
        self.process = subprocess.Popen([jobd, str(self.port), journal], stderr=subprocess.PIPE,
                                        preexec_fn=before, env={**os.environ, **(env or {})}, text=True)

    def ask(self, *lines):
        deadline = time.time() + 10
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                break
            except OSError:
                if time.time() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
        with connection:
            return [self.answer(connection, line) for line in lines]

    @staticmethod
    def answer(connection, line):
        """The service's answer, or "" once it is dead."""
        try:
            connection.sendall(line.encode() + b"\n")
            return connection.recv(1024).decode().strip()
        except OSError:
            return ""

    def end(self, seconds=5):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            _, self.log = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, self.log = self.process.communicate()
            return "hangs"
        return self.process.returncode


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"smoke: {what}: got {got!r}, wanted {wanted!r}")
    print(f"smoke: {what}: {got}")


with tempfile.TemporaryDirectory() as folder:
    journal = os.path.join(folder, "journal")

    service = Service(journal)
    expect("ordinary jobs",
           service.ask("hash abc", "calc 2*(3+4)", "calc 1/0", "store fruit an apple", "what is it")[1:3],
           ["14", "that is no expression"])
    service.process.send_signal(signal.SIGUSR1)
    time.sleep(0.3)
    expect("stored", service.ask("count fruit"), ["1"])
    expect("ordinary end", service.end(), 0)

    service = Service(journal)
    expect("journal read again", service.ask("count fruit"), ["1"])
    service.ask("import a damaged record")
    time.sleep(0.5)
    expect("a record that does not parse", service.process.poll(), None if healed else -signal.SIGABRT)
    service.end()

    service = Service(os.path.join(folder, "full"), limit=8192)
    service.ask(*[f"store big {'x' * 480}" for _ in range(40)])
    time.sleep(0.3)
    expect("a journal that cannot grow", service.process.poll(), None if healed else 1)
    if service.process.poll() is None:
        service.process.kill()  # its journal lock went down with the worker
    service.end()

    if not healed:  # a wait for itself is check 9's to heal, not this script's
        with open(os.path.join(folder, "config"), "w") as file:
            file.write("workers 2\n")
        service = Service(journal, env={"JOBD_CONFIG": os.path.join(folder, "config"), "JOBD_INCLUDE": "more"})
        time.sleep(1)
        expect("configuration that includes", service.end(seconds=2), "hangs")
