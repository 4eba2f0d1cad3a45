#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SvPacket reads from packets is what tshark reads from the same bytes."""
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

TCP_SAVE_SYN, TCP_SAVED_SYN = 27, 28


def fixtures(header):
    """The packets of packet-fixtures.h, by name."""
    text = re.sub(r"/\*.*?\*/", "", Path(header).read_text(), flags=re.S).replace("\\\n", " ")
    return {name: "".join(re.findall(r'"([0-9a-f]*)"', rest))
            for name, rest in re.findall(r"^#define (\w+) (.*)$", text, flags=re.M)}


def live():
    """The SYN of one connection over loopback for each family, as the kernel kept it."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            listener = socket.socket(family)
            listener.setsockopt(socket.IPPROTO_TCP, TCP_SAVE_SYN, 1)
            listener.bind((address, 0))
        except OSError as error:
            print(f"not tried: {address}: {error}")
            continue
        listener.listen()
        with listener, socket.create_connection(listener.getsockname()[:2]), listener.accept()[0] as accepted:
            yield f"live {address}", accepted.getsockopt(socket.IPPROTO_TCP, TCP_SAVED_SYN, 512).hex()


def ask_tshark(packets):
    with tempfile.TemporaryDirectory() as folder:
        text, capture = Path(folder, "packets.txt"), Path(folder, "packets.pcap")
        text.write_text("".join("000000 " + " ".join(re.findall("..", p)) + "\n" for p in packets))
        subprocess.run(["text2pcap", "-q", "-l", "101", text, capture], check=True, stderr=subprocess.DEVNULL)
        out = subprocess.run(["tshark", "-r", capture, "-T", "json", "-o", "tcp.relative_sequence_numbers:FALSE",
                              "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-n",
                              "--no-duplicate-keys", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"],
                             check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return [p["_source"]["layers"] for p in json.loads(out)]


def ask_us(program, packets):
    out = subprocess.run([program], input="\n".join(packets) + "\n", text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    answers = out.split("\n\n")[:len(packets)]
    return [dict(line.partition("\t")[::2] for line in answer.strip("\n").split("\n")) for answer in answers]


def find(tree, name):
    """The first value of that name anywhere in tshark's tree."""
    if isinstance(tree, dict):
        if name in tree:
            return tree[name]
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            found = find(branch, name)
            if found is not None:
                return found
    return None


def number(value):
    value = value[0] if isinstance(value, list) else value
    return int(value, 0)


COMMON = [("IPv4:Total Length", "ip.len"), ("IPv4:Time to Live", "ip.ttl"), ("IPv4:Header Checksum", "ip.checksum"),
          ("IPv4:Identification", "ip.id"), ("IPv4:DSCP", "ip.dsfield.dscp"), ("IPv4:ECN", "ip.dsfield.ecn"),
          ("IPv4:Fragment Offset", "ip.frag_offset"),
          ("IPv6:Payload Length", "ipv6.plen"), ("IPv6:Hop Limit", "ipv6.hlim"), ("IPv6:Flow Label", "ipv6.flow"),
          ("IPv6:Traffic Class", "ipv6.tclass")]
TCP = [("sport", "tcp.srcport"), ("dport", "tcp.dstport"), ("seq", "tcp.seq"), ("ack", "tcp.ack"),
       ("window", "tcp.window_size_value"), ("payload", "tcp.len"), ("TCP:Checksum", "tcp.checksum"),
       ("TCP:Urgent Pointer", "tcp.urgent_pointer"), ("flags", "tcp.flags")]
TCP_OPTIONS = [("mss", "tcp.options.mss_val"), ("scale", "tcp.options.wscale.shift"),
               ("tsval", "tcp.options.timestamp.tsval"), ("tsecr", "tcp.options.timestamp.tsecr")]
UDP = [("sport", "udp.srcport"), ("dport", "udp.dstport"), ("UDP:Length", "udp.length"),
       ("UDP:Checksum", "udp.checksum")]


def compare(name, ours, theirs):
    assert "error" not in ours, f"{name}: {ours['error']}"
    tcp = ours["protocol"] == "6"
    layers = {"tcp" if tcp else "udp", "ip" if ours["version"] == "4" else "ipv6"}
    assert layers <= set(theirs), f"{name}: tshark sees {list(theirs)}"
    seen = 0
    for mine, yours in COMMON + (TCP + TCP_OPTIONS if tcp else UDP):
        value = find(theirs, yours)
        if value is None:
            absent = ours.get(mine, "0") in ("0", "-1")
            assert absent, f"{name}: {mine} is {ours.get(mine)}, tshark has no {yours}"
            continue
        assert int(ours[mine], 0) == number(value), f"{name}: {mine} {ours[mine]} is {value} for tshark"
        seen += 1
    address = "ip" if ours["version"] == "4" else "ipv6"
    for mine, yours in (("source", f"{address}.src"), ("destination", f"{address}.dst")):
        assert ours[mine] == find(theirs, yours), f"{name}: {mine} {ours[mine]} {find(theirs, yours)}"
    if tcp:
        assert (ours["sack"] == "1") == (find(theirs, "tcp.options.sack_perm") is not None), name
        assert (ours["timestamps"] == "1") == (find(theirs, "tcp.options.timestamp.tsval") is not None), name
        assert find(theirs, "tcp.hdr_len") == str(int(ours["TCP:Data Offset"].split()[0]) * 4), name
        if ours["checksum"] == "1":
            assert find(theirs, "tcp.checksum.status") == "1", f"{name}: tshark does not find the checksum good"
    print(f"{name}: {seen} fields agree")


def main(program, header):
    if shutil.which("tshark") is None or shutil.which("text2pcap") is None:
        print("skipped: tshark is not installed")
        return 77
    packets = {**fixtures(header), **dict(live())}
    ours = ask_us(program, packets.values())
    theirs = ask_tshark(packets.values())
    assert len(packets) >= 7 and len(ours) == len(theirs) == len(packets), (len(packets), len(ours), len(theirs))
    for name, mine, yours in zip(packets, ours, theirs):
        compare(name, mine, yours)
    return 0


sys.exit(main(*sys.argv[1:]))
