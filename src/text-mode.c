/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-mode.h"

#include "sv-fact-json.h"
#include "sv-netlink-source.h"
#include "sv-netstat-text.h"
#include "sv-proc-source.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <unistd.h>

#define CHUNK (64 * 1024)

/**
 * sv_text_mode_complain:
 *
 * Says on standard error, in one line, what went wrong.
 */
void
sv_text_mode_complain (const char *sentence)
{
  g_autofree char *line = g_strdelimit (g_strdup (sentence), "\n", ' ');

  g_printerr ("sockview: %s\n", line);
}

/**
 * sv_text_mode_write:
 * @text: is written to standard output and emptied
 * @status: (out): set where FALSE is returned. A reader that left (`| head`)
 *   is no failure.
 *
 * Returns: whether there is still somebody to write for
 */
gboolean
sv_text_mode_write (GString *text, SvExit *status)
{
  gsize written = 0;

  while (written < text->len)
    {
      gssize n = write (STDOUT_FILENO, text->str + written, text->len - written);

      if (n >= 0)
        {
          written += (gsize) n;
          continue;
        }
      if (errno == EINTR)
        continue;
      *status = errno == EPIPE ? SV_EXIT_OK : SV_EXIT_FAILED;
      if (errno != EPIPE)
        {
          g_autofree char *sentence = g_strdup_printf (_("The output cannot be written: %s."), g_strerror (errno));

          sv_text_mode_complain (sentence);
        }
      return FALSE;
    }
  g_string_truncate (text, 0);
  return TRUE;
}

static SvSocketSource *
open_source (SvTextSource source, GError **error)
{
  switch (source)
    {
    case SV_TEXT_SOURCE_NETLINK:
      return sv_netlink_source_new (-1, error);
    case SV_TEXT_SOURCE_PROC:
      return sv_proc_source_new ("/proc/net", error);
    case SV_TEXT_SOURCE_DEFAULT:
    default:
      return sv_socket_source_new_default (error);
    }
}

static void
append_json (GString *text, const SvSocketRow *row, gint64 start)
{
  SvRowChange change = { .event = SV_ROW_ADDED, .after = *row };
  g_autoptr (SvFact) fact = sv_fact_new_row (row->seen_at, SV_MACHINE_THIS, &change);

  sv_fact_append_json (fact, start, text);
  g_string_append_c (text, '\n');
}

/* In the order of netstat(8): tcp, tcp6, udp, udp6, each as the kernel has it. */
static SvExit
print_rows (GArray *rows, SvTextFormat format, gint64 start)
{
  static const struct
  {
    guint8 protocol;
    guint8 family;
  } KINDS[] = {
    { IPPROTO_TCP, AF_INET },
    { IPPROTO_TCP, AF_INET6 },
    { IPPROTO_UDP, AF_INET },
    { IPPROTO_UDP, AF_INET6 },
  };
  g_autoptr (GString) text = g_string_sized_new (CHUNK + 1024);
  SvExit status = SV_EXIT_OK;

  if (format == SV_TEXT_FORMAT_TEXT)
    sv_netstat_text_append_header (text);
  for (guint kind = 0; kind < G_N_ELEMENTS (KINDS); kind++)
    for (guint i = 0; i < rows->len; i++)
      {
        const SvSocketRow *row = &g_array_index (rows, SvSocketRow, i);

        if (row->protocol != KINDS[kind].protocol || row->family != KINDS[kind].family)
          continue;
        if (format == SV_TEXT_FORMAT_TEXT)
          sv_netstat_text_append_row (text, row);
        else
          append_json (text, row, start);
        if (text->len >= CHUNK && !sv_text_mode_write (text, &status))
          return status;
      }
  sv_text_mode_write (text, &status);
  return status;
}

/**
 * sv_text_mode_netstat:
 *
 * Prints all sockets of this computer, as `netstat -tuna` does or as JSON.
 */
SvExit
sv_text_mode_netstat (SvTextFormat format, SvTextSource source)
{
  gint64 start = sv_socket_source_clock ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SvSocketSource) table = open_source (source, &error);
  g_autoptr (GArray) rows = table != NULL ? sv_socket_source_list (table, &error) : NULL;

  if (rows == NULL)
    {
      sv_text_mode_complain (error->message);
      return SV_EXIT_FAILED;
    }
  return print_rows (rows, format, start);
}
