/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The terminal program that this person uses: none of them is ours, and each
 * takes a command in a way of its own. */

char **sv_terminal_find (const char *path, const char *wanted, const char *const *command);
gboolean sv_terminal_open (const char *const *command, GError **error);

G_END_DECLS
