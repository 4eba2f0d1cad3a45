/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-lsof-text.h"

#include "sv-socket-holder.h"

#include <netinet/in.h>
#include <pwd.h>
#include <string.h>

/* As much of a command's name as lsof(8) prints, without +c. */
#define COMMAND_CHARS 9

/* The column of the descriptor. */
#define FD 3

typedef struct
{
  char *cells[9];
} Line;

static const char *const HEADLINE[] = {
  "COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE", "NAME",
};

static void
line_clear (gpointer data)
{
  Line *line = data;

  for (guint i = 0; i < G_N_ELEMENTS (line->cells); i++)
    g_free (line->cells[i]);
}

static char *
find_user (guint32 uid)
{
  struct passwd entry, *found = NULL;
  char buffer[4096];

  if (getpwuid_r (uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
    return g_strdup (found->pw_name);
  return g_strdup_printf ("%u", uid);
}

/* Without ::ffff:, as netstat has it. */
static char *
format_endpoint (const SvEndpoint *endpoint)
{
  SvEndpoint plain = sv_endpoint_unmapped (endpoint);

  plain.scope_id = 0;
  if (sv_endpoint_is_any (&plain))
    return plain.port != 0 ? g_strdup_printf ("*:%u", plain.port) : g_strdup ("*:*");

  g_autofree char *address = sv_endpoint_address_to_string (&plain);
  return g_strdup_printf (plain.family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, plain.port);
}

static char *
format_name (const SvSocketRow *row)
{
  gboolean connected = row->foreign.port != 0;
  g_autofree char *local = format_endpoint (&row->local);
  g_autofree char *foreign = format_endpoint (&row->foreign);
  g_autofree char *state = row->protocol == IPPROTO_TCP
                               ? g_strdup_printf (" (%s)", sv_tcp_state_to_netstat (row->state)) : g_strdup ("");

  return g_strdup_printf ("%s%s%s%s", local, connected ? "->" : "", connected ? foreign : "", state);
}

static void
fill (Line *line, const SvSocketRow *row, const SvSocketHolder *holder)
{
  guint i = 0;

  line->cells[i++] = g_strndup (holder->name, COMMAND_CHARS);
  line->cells[i++] = g_strdup_printf ("%d", holder->pid);
  line->cells[i++] = find_user (holder->uid);
  line->cells[i++] = g_strdup_printf ("%d", holder->fd);
  line->cells[i++] = g_strdup (row->family == AF_INET6 ? "IPv6" : "IPv4");
  line->cells[i++] = g_strdup_printf ("%u", row->inode);
  line->cells[i++] = g_strdup ("0t0");
  line->cells[i++] = g_strdup (row->protocol == IPPROTO_UDP ? "UDP" : "TCP");
  line->cells[i++] = format_name (row);
}

static void
append_line (GString *text, const Line *line, const int *widths)
{
  static const gboolean TO_THE_LEFT[] = { TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (HEADLINE); i++)
    {
      const char *cell = line != NULL ? line->cells[i] : HEADLINE[i];
      gboolean last = i == G_N_ELEMENTS (HEADLINE) - 1;

      if (last)
        g_string_append_printf (text, "%s\n", cell);
      else if (TO_THE_LEFT[i])
        g_string_append_printf (text, "%-*s ", widths[i], cell);
      else if (i == FD) /* behind the number a letter for how it was opened, and room for another */
        g_string_append_printf (text, line != NULL ? "%*su  " : "%*s   ", widths[i], cell);
      else
        g_string_append_printf (text, "%*s ", widths[i], cell);
    }
}

/**
 * sv_lsof_text_append:
 * @holders: (nullable) (element-type SvSocketHolder)
 *
 * Appends the headline and a line for each descriptor that holds the socket,
 * as `lsof -nP -i` of lsof 4.95 prints them where nothing else is in its list.
 * Not translated.
 *
 * Returns: whether there is such a line: what nobody holds, or nobody whom we
 *   may look at, lsof(8) does not know
 */
gboolean
sv_lsof_text_append (GString *text, const SvSocketRow *row, GArray *holders)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, TRUE, sizeof (Line));
  int widths[G_N_ELEMENTS (HEADLINE)];

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (row != NULL, FALSE);

  if (holders == NULL || holders->len == 0)
    return FALSE;
  g_array_set_clear_func (lines, line_clear);
  g_array_set_size (lines, holders->len);
  for (guint i = 0; i < G_N_ELEMENTS (HEADLINE); i++)
    widths[i] = (int) strlen (HEADLINE[i]);
  for (guint i = 0; i < holders->len; i++)
    {
      Line *line = &g_array_index (lines, Line, i);

      fill (line, row, &g_array_index (holders, SvSocketHolder, i));
      for (guint j = 0; j < G_N_ELEMENTS (HEADLINE); j++)
        widths[j] = MAX (widths[j], (int) strlen (line->cells[j]));
    }
  widths[FD] = MAX (widths[FD], 4);
  append_line (text, NULL, widths);
  for (guint i = 0; i < lines->len; i++)
    append_line (text, &g_array_index (lines, Line, i), widths);
  return TRUE;
}
