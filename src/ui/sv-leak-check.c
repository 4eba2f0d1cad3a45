/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only in a build with AddressSanitizer: what the libraries below us allocate
 * while they are loaded is theirs to keep. GLib, for one, leaves its first table
 * of quarks behind when more than 2048 names have come, and without frame
 * pointers its stack says no more than g_malloc(). */
#include <sanitizer/lsan_interface.h>

typedef void (*Initializer) (int, char **, char **);

static void
before_libraries (int argc, char **argv, char **environment)
{
  __lsan_disable ();
}

/* Runs before the initializers of any library, ld.so(8). */
__attribute__ ((section (".preinit_array"), used)) static const Initializer first = before_libraries;

__attribute__ ((constructor)) static void
after_libraries (void)
{
  __lsan_enable ();
}
