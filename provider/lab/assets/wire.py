#!/usr/bin/env python3
"""wire.py INTERFACE SOCKET: carries Ethernet frames between a network interface and QEMU's `-netdev stream` socket.

It stands in for a tap device, which an ordinary user may not open. A stream socket and back-pressure, because the
boot ROMs recover from a lost frame only after seconds: frames wait here, they are not dropped. QEMU may come and go;
the wire stays. Frame format on the socket: 32-bit big-endian length, then the frame (QEMU, -netdev stream).
"""

import array
import fcntl
import os
import select
import socket
import struct
import sys

SIOCETHTOOL = 0x8946
# ETHTOOL_STXCSUM, _STSO, _SGSO, _SGRO: what reaches the wire must be a real frame with a real checksum.
OFFLOADS = (0x17, 0x1F, 0x24, 0x2C)
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC, PACKET_OUTGOING = 263, 1, 1, 4
ETH_P_ALL = 3


def switch_offloads_off(interface):
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for command in OFFLOADS:
        value = array.array("B", struct.pack("II", command, 0))
        request = struct.pack("16sP", interface.encode(), value.buffer_info()[0]).ljust(40, b"\0")
        try:
            fcntl.ioctl(control, SIOCETHTOOL, request)
        except OSError as error:
            print(f"{interface}: offload {command:#x} stays on: {error}", file=sys.stderr)
    control.close()


def open_interface(interface):
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    packets.bind((interface, 0))
    membership = struct.pack("IHH8s", socket.if_nametoindex(interface), PACKET_MR_PROMISC, 0, b"")
    packets.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership)
    packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    packets.setblocking(False)
    return packets


def carry(packets, machine):
    """Until the machine hangs up. Never waits for one side alone: a machine that doesn't take frames now may first have to
    get rid of some."""
    machine.setblocking(False)
    poller = select.poll()
    incoming, outgoing = b"", b""
    while True:
        # what the machine has not taken yet holds further frames back; they wait in the interface's queue
        poller.register(packets, 0 if outgoing else select.POLLIN)
        poller.register(machine, select.POLLIN | (select.POLLOUT if outgoing else 0))
        events = dict(poller.poll())
        if events.get(packets.fileno(), 0) & select.POLLIN:
            outgoing = frames_from(packets)
        if outgoing:
            try:
                outgoing = outgoing[machine.send(outgoing) :]
            except BlockingIOError:
                pass
        if events.get(machine.fileno(), 0) & (select.POLLIN | select.POLLHUP):
            received = machine.recv(1 << 18)
            if not received:
                return
            incoming = send_frames(packets, incoming + received)


def frames_from(packets):
    """What came from the network, as it goes to the machine; at most 16 frames at a time."""
    frames = []
    for _ in range(16):
        try:
            frame, address = packets.recvfrom(65536)
        except OSError:
            break
        if address[2] != PACKET_OUTGOING:  # not what this wire itself put on the interface
            frames.append(struct.pack(">I", len(frame)) + frame)
    return b"".join(frames)


def send_frames(packets, pending):
    """Puts the machine's complete frames on the network; what is left of an incomplete one."""
    at = 0
    while len(pending) - at >= 4:
        (length,) = struct.unpack_from(">I", pending, at)
        if len(pending) - at - 4 < length:
            break
        try:
            packets.send(pending[at + 4 : at + 4 + length])
        except OSError as error:
            print(f"a frame of {length} bytes was not sent: {error}", file=sys.stderr)
        at += 4 + length
    return pending[at:]


def main(interface, path):
    for _, name in socket.if_nameindex():  # in the lab's namespace: its bridge and the ends of its cables
        if name != "lo":
            switch_offloads_off(name)
    packets = open_interface(interface)
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    while True:
        machine, _ = listener.accept()
        try:
            carry(packets, machine)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the machine was switched off
        machine.close()


main(*sys.argv[1:])
