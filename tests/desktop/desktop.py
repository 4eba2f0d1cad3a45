# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a desktop, as a test: waits for windows, reads the screen as a screen reader does, clicks."""
import contextlib
import os
import re
import socket
import subprocess
import sys
import time

import gi
import pyatspi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402  (the version comes first)

APP_ID = "org.example.SockView"
APP_PATH = "/org/example/SockView"
TITLE = "SockView"
COLUMNS = ("Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State")
DEADLINE = 60.0


def wait_for(condition, what, deadline=DEADLINE):
    """Waits until condition() is true and returns what it returned."""
    end = time.monotonic() + deadline
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {deadline:.0f} s")
        # What comes from the accessibility bus is taken in meanwhile.
        again = []
        GLib.timeout_add(50, again.append, True)
        while not again:
            GLib.MainContext.default().iteration(True)


@contextlib.contextmanager
def check(name):
    """One thing that is looked at. When it goes wrong, what comes after it makes no sense any more."""
    begin = time.monotonic()
    try:
        yield
    except Exception as error:  # pylint: disable=broad-except
        print(f"FAIL {name}: {error}", flush=True)
        with contextlib.suppress(Exception):
            print("On screen then:", ", ".join(sorted({node.name for node in walk(program()) if node.name})), flush=True)
        sys.exit(1)
    else:
        print(f"PASS {name} ({time.monotonic() - begin:.1f} s)", flush=True)


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_settings(config_home, **values):
    """Settings in a file of their own, so that the person's are neither read nor changed."""
    folder = os.path.join(config_home, "glib-2.0", "settings")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
        file.write(f"[{APP_PATH[1:]}]\n")
        file.writelines(f"{key.replace('_', '-')}={value}\n" for key, value in values.items())


# The session bus

def bus():
    return Gio.bus_get_sync(Gio.BusType.SESSION)


def call(name, path, interface, method, arguments=None):
    return bus().call_sync(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, -1).unpack()


def is_running():
    return call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                GLib.Variant("(s)", (APP_ID,)))[0]


def process_id():
    return call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                "GetConnectionUnixProcessID", GLib.Variant("(s)", (APP_ID,)))[0]


def activate():
    call(APP_ID, APP_PATH, "org.freedesktop.Application", "Activate", GLib.Variant("(a{sv})", ({},)))


def activate_action(name):
    call(APP_ID, APP_PATH, "org.freedesktop.Application", "ActivateAction",
         GLib.Variant("(sava{sv})", (name, [], {})))


def wake_accessibility():
    call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
    call("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set",
         GLib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled", GLib.Variant("b", True))))


# Windows and the pointer

def windows():
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{TITLE}$"],
                           capture_output=True, text=True, check=False)
    return found.stdout.split()


def window():
    return wait_for(windows, "a window")[-1]


def picture(path):
    subprocess.run(["import", "-window", window(), path], check=True)


def quit_program():
    activate_action("quit")
    wait_for(lambda: not is_running(), "the end of the program")
    wait_for(lambda: not windows(), "the end of its window")


# The screen as a screen reader has it

def program():
    """The program among those that speak to screen readers."""
    def find():
        for app in pyatspi.Registry.getDesktop(0):
            if app and any(frame and frame.name == TITLE for frame in app):
                return app
        return None
    return wait_for(find, "the program's accessible window")


def walk(node):
    with contextlib.suppress(GLib.Error, RuntimeError, LookupError):
        yield node
        for child in node:
            if child:
                yield from walk(child)


def is_showing(node):
    """Whether it has a place on screen. (GTK 4.8 says of no child that it is SHOWING.)"""
    extents = node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)
    return node.getState().contains(pyatspi.STATE_VISIBLE) and extents.width > 0 and extents.height > 0


def says(pattern):
    """Whether a name or a description on screen has that in it."""
    for node in walk(program()):
        with contextlib.suppress(GLib.Error, RuntimeError, LookupError):
            if any(re.search(pattern, text or "") for text in (node.name, node.description)) and is_showing(node):
                return True
    return False


def table():
    """The rows of the table as a screen reader reads them, each from its protocol to its state."""
    rows = set()
    for node in walk(program()):
        # A row that changes while it is read is read again the next time.
        with contextlib.suppress(GLib.Error, RuntimeError, LookupError, ValueError):
            if node.getRole() == pyatspi.ROLE_TABLE_ROW and is_showing(node):
                names = [cell.name or "" for cell in walk(node)]
                cells = dict(name.split(": ", 1) for name in names if ": " in name)
                # “tcp, of SockView” is more than netstat says.
                rows.add(tuple(cells[column].split(",")[0] for column in COLUMNS))
    return rows


def button(pattern):
    """The button of that name that can be pressed; of several, the topmost."""
    def find():
        found = []
        for node in walk(program()):
            with contextlib.suppress(GLib.Error, RuntimeError, LookupError):
                if (node.getRole() in (pyatspi.ROLE_PUSH_BUTTON, pyatspi.ROLE_TOGGLE_BUTTON)
                        and re.search(pattern, node.name or "") and is_showing(node)
                        and node.getState().contains(pyatspi.STATE_SENSITIVE)):
                    found.append((node.queryComponent().getExtents(pyatspi.WINDOW_COORDS).y, len(found), node))
        return min(found)[2] if found else None
    return wait_for(find, f"a button “{pattern}”")


def press(pattern):
    """Presses a button as a screen reader does."""
    action = button(pattern).queryAction()
    action.doAction(0)


def click(pattern):
    """Clicks a button with the pointer, in its middle."""
    extents = button(pattern).queryComponent().getExtents(pyatspi.WINDOW_COORDS)
    output("xdotool", "mousemove", "--sync", "--window", window(), str(extents.x + extents.width // 2),
           str(extents.y + extents.height // 2), "click", "1")


# What Linux says, asked without us

def netstat(port, state=""):
    """The rows of netstat with that port at either end, and in that state."""
    rows = [tuple(line.split()) for line in output("netstat", "-tan").splitlines() if line.startswith("tcp")]
    return {row for row in rows if any(end.endswith(f":{port}") for end in row[3:5]) and row[5].startswith(state)}
