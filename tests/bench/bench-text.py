#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-text.py SOCKVIEW: ratios against peers measured in the same run, A B A B, median and 95th percentile.

- the table: `sockview --netstat` against `ss -tuna` and `netstat -tuna`, whole processes, with more and more sockets
- two machines: from the start to the first LISTEN, against two empty network namespaces made by unshare(1)
"""
import json
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time

SOCKVIEW = sys.argv[1]
REPEATS = 15


def wall(command):
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return (time.monotonic() - start) * 1000


def interleave(*measures):
    """Each measure once, then each again …: what the computer does meanwhile hits all alike."""
    taken = [[] for _ in measures]
    for _ in range(REPEATS):
        for results, measure in zip(taken, measures):
            results.append(measure())
    return taken


def percentile(values):
    return sorted(values)[int(0.95 * (len(values) - 1))]


def tell(what, ours, peers):
    print(f'{what}: {statistics.median(ours):.1f} ms (95 %: {percentile(ours):.1f})')
    for name, theirs in peers.items():
        print(f'    {statistics.median(ours) / statistics.median(theirs):5.2f} × {name}, '
              f'which takes {statistics.median(theirs):.1f} ms (95 %: {percentile(theirs):.1f})')


def hold_sockets(n):
    """n TCP sockets in the table: connections to a listener, both ends."""
    listener = socket.create_server(('127.0.0.1', 0), backlog=4096)
    held = [listener]
    while len(held) < n:
        held.append(socket.create_connection(listener.getsockname()))
        held.append(listener.accept()[0])
    return held


def bench_table():
    tools = {' '.join(words): words for words in (['ss', '-tuna'], ['netstat', '-tuna']) if shutil.which(words[0])}
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for n in 100, 1000, 10000:
        if n + 100 > hard:
            print(f'the table with {n} sockets: not measured, only {hard} descriptors are allowed')
            continue
        held = hold_sockets(n)
        ours, *theirs = interleave(lambda: wall([SOCKVIEW, '--netstat']),
                                   *[lambda words=words: wall(words) for words in tools.values()])
        tell(f'the table with {n} sockets', ours, dict(zip(tools, theirs)))
        for one in held:
            one.close()


def first_listen():
    result = subprocess.run([SOCKVIEW, '--json', '--two-machines', '--demo=1', '--hop=0', '--duration=0'],
                            capture_output=True, text=True, check=True)
    facts = [json.loads(line) for line in result.stdout.splitlines()]
    return next(f['t'] for f in facts if f['kind'] == 'row' and f['state'] == 'LISTEN') * 1000


def two_namespaces():
    return sum(wall(['unshare', '--user', '--net', 'true']) for _ in range(2))


def bench_machines():
    result = subprocess.run([SOCKVIEW, '--json', '--two-machines', '--demo=1', '--hop=0', '--duration=0'],
                            capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(f'two machines: not measured. {result.stderr.strip()}')
        return
    ours, theirs = interleave(first_listen, two_namespaces)
    tell('two machines, to the first LISTEN (budget: 50 ms)', ours, {'twice “unshare --user --net true”': theirs})


bench_table()
bench_machines()
