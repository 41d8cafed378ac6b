"""The two servers that are compared, each on the first core, in a folder of its own."""

import http.client
import os
import pathlib
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVER_CORE = "0"
CLIENT_CORE = "1"


def pinned(core, command):
    return ["taskset", "--cpu-list", core, *map(str, command)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Holdall:
    """`holdall serve` with its defaults, one thread as nginx has one worker, and no line a request as nginx writes none."""

    name = "holdall"

    def __init__(self, folder):
        self.folder = folder
        program = ROOT / "build/release/holdall"
        environment = {"PATH": os.environ["PATH"], "HOLDALL_LOG_LEVEL": "error", "HOLDALL_SERVER_THREADS": "1",
                       "HOLDALL_MAX_FILE_SIZE": "4GiB", "HOLDALL_ALLOWED_TYPES": ".txt,.bin"}
        self.process = subprocess.Popen(
            pinned(SERVER_CORE, [program, "serve", "--data", folder, "--listen", "127.0.0.1:0"]),
            stdout=subprocess.PIPE, text=True, env=environment)
        line = self.process.stdout.readline()
        if not line.startswith("ready http://"):
            raise RuntimeError(f"holdall did not start: {line!r}")
        self.url = line.split()[1]
        self.token = subprocess.run([program, "token", "--data", folder, "--user", "7", "--ttl", "24h"], check=True,
                                    capture_output=True, text=True).stdout.strip()
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def offer(self, content, name):
        """Makes a file downloadable and answers its path."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        connection.request("PUT", f"/api/v1/attachments?filename={name}", body=content, headers=self.headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"holdall refused the file: {answer.status} {body!r}")
        location = body.split(b'"id":')[1].split(b",")[0].decode()
        return f"/api/v1/attachments/{location}/download"

    def put_path(self, name):
        return f"/api/v1/attachments?filename={name}"

    def stop(self):
        stop(self.process)


NGINX_CONFIGURATION = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  scgi_temp_path {folder}/scgi;
  uwsgi_temp_path {folder}/uwsgi;
  types {{ text/plain txt; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      root {folder}/files;
      dav_methods PUT;
      create_full_put_path on;
    }}
  }}
}}
"""


class Nginx:
    """One worker, sendfile, no access log, PUT by the DAV module: temporary file and rename, nothing synced."""

    name = "nginx"
    token = None
    headers: dict = {}

    def __init__(self, folder):
        self.folder = folder
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = folder / "nginx.conf"
        configuration.write_text(NGINX_CONFIGURATION.format(folder=folder, port=port, user=user))
        self.process = subprocess.Popen(pinned(SERVER_CORE, ["nginx", "-e", folder / "error.log", "-c", configuration]))
        wait_for_port(port)

    def offer(self, content, name):
        (self.files / name).write_bytes(content)
        return f"/{name}"

    def put_path(self, name):
        return f"/{name}"

    def stop(self):
        stop(self.process)


def wait_for_port(port):
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("nginx did not start")


def stop(process):
    process.terminate()
    try:
        process.wait(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
