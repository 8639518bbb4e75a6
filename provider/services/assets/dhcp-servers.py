"""Asks for an address on an interface as a machine would, takes none, and prints who offered one, an address a line.

Servers may try whether an address is free before they offer it, for seconds. When one has answered, others get one second.
Raw frames, because the host may have a DHCP client of its own on port 68. Arguments: interface, seconds to listen.
"""
import os
import select
import socket
import struct
import sys
import time

interface, seconds = sys.argv[1], float(sys.argv[2])
mac = b"\x52\x54\x00" + os.urandom(3)  # not the host's own, whose lease this must not touch
transaction = os.urandom(4)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


broadcast_flag = 0x8000
bootp = struct.pack("!4B4s2H16x16s64x128x", 1, 1, 6, 0, transaction, 0, broadcast_flag, mac)
options = b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\x37\x03\x01\x03\x06" + b"\xff"
payload = (bootp + options).ljust(300, b"\0")
udp = struct.pack("!4H", 68, 67, 8 + len(payload), 0) + payload  # a checksum of 0: none
header = struct.pack("!2B3H2BH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]

wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
wire.bind((interface, 0))
wire.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex(interface), 1, 0, b""))  # promiscuous: replies may be unicast
frame = b"\xff" * 6 + mac + b"\x08\x00" + header + udp

found = set()
started = time.monotonic()
asked = 0
until = seconds
while (elapsed := time.monotonic() - started) < until:
    if elapsed >= asked * 1.0:  # once more a second: the first may be lost
        wire.send(frame)
        asked += 1
    if not select.select([wire], [], [], 0.2)[0]:
        continue
    packet = wire.recv(2048)[14:]
    length = (packet[0] & 15) * 4
    if packet[9] != 17 or packet[length : length + 4] != struct.pack("!2H", 67, 68):
        continue
    reply = packet[length + 8 :]
    if reply[4:8] != transaction or reply[0] != 2 or reply[16:20] == bytes(4):
        continue  # a proxyDHCP server offers no address: it is no rival
    position, server = 240, packet[12:16]
    while position + 1 < len(reply) and reply[position] != 255:
        if reply[position] == 0:
            position += 1
            continue
        if reply[position] == 54:
            server = reply[position + 2 : position + 6]
        position += 2 + reply[position + 1]
    until = min(until, elapsed + 1)
    found.add(socket.inet_ntoa(server))
print("\n".join(sorted(found)))
