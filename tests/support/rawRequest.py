# Sends one request exactly as given, which no HTTP or TFTP client does, and prints what came back.
# python3 rawRequest.py http <address> <request line>    python3 rawRequest.py tftp <address> <file name>
# python3 rawRequest.py dhcp <interface> <MAC address>
import socket
import struct
import sys

protocol, address, what = sys.argv[1:]
if protocol == "http":
    connection = socket.create_connection((address, 80), timeout=5)
    request = what.replace("\\0", "\0")
    connection.sendall(f"{request} HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n".encode("latin1"))
    answer = b""
    while part := connection.recv(65536):
        answer += part
elif protocol == "dhcp":  # RFC 2131: a DHCPDISCOVER whose answer is to be broadcast
    connection = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, address.encode())
    connection.settimeout(5)
    connection.bind(("", 68))
    head = struct.pack("!BBBBIHH16x6s202x", 1, 1, 6, 0, 7, 0, 0x8000, bytes.fromhex(what.replace(":", "")))
    connection.sendto(head + bytes.fromhex("63825363" "350101" "37020103" "ff"), ("255.255.255.255", 67))
    packet = connection.recv(65536)
    file = packet[108:236].rstrip(b"\0")
    answer = b"offers " + socket.inet_ntoa(packet[16:20]).encode() + b" " + file
else:
    connection = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    connection.settimeout(5)
    opcode = {"tftp": 1, "tftp-write": 2}[protocol]  # RFC 1350, section 5
    connection.sendto(struct.pack("!H", opcode) + what.encode() + b"\0octet\0", (address, 69))
    try:
        packet, _ = connection.recvfrom(65536)
        kind = {3: "DATA ", 4: "ACK ", 5: "ERROR "}[packet[1]]
        answer = kind.encode() + packet[4:]
    except TimeoutError:
        answer = b"nothing"
sys.stdout.buffer.write(answer)
