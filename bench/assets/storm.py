# Downloads files over many connections at once, each of which takes one after the other, for some seconds; prints how many
# bytes came. The kernel throws them away (MSG_TRUNC, tcp(7)), so that what is measured is the server and not the client.
# python3 storm.py <port> <connections> <seconds> <path>...
import json
import selectors
import socket
import sys
import time

port, connections, seconds = (int(argument) for argument in sys.argv[1:4])
paths = sys.argv[4:]
selector = selectors.DefaultSelector()
scratch = bytearray(4 << 20)
received = 0


class Download:
    def __init__(self, number):
        self.number = number
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.ask()

    def ask(self):
        path = paths[self.number % len(paths)]
        self.number += 1
        self.head = b""
        self.left = None  # of the body; None until the head is there
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: storm\r\n\r\n".encode())

    def take(self):
        global received
        if self.left is None:
            self.head += self.socket.recv(1024)
            head, end, body = self.head.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 200 "):
                sys.exit(f"{paths[(self.number - 1) % len(paths)]}: {head[:80]!r}")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            self.left = int(fields[b"content-length"]) - len(body)
            received += len(body)
        else:
            count = self.socket.recv_into(scratch, min(self.left, len(scratch)), socket.MSG_TRUNC)
            if count == 0:
                sys.exit("the server broke off")
            self.left -= count
            received += count
        if self.left == 0:
            self.ask()


downloads = [Download(number) for number in range(connections)]
for download in downloads:
    selector.register(download.socket, selectors.EVENT_READ, download)
start = time.monotonic()
while time.monotonic() < start + seconds:
    for key, _ in selector.select(1):
        key.data.take()
print(json.dumps({"bytes": received, "seconds": time.monotonic() - start}))
