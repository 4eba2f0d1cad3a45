/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-network.h"

#include "sv-pcapng.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <unistd.h>

#define DEFAULT_HOP_MS 200
#define MAX_HOP_MS 10000

static gboolean
parse_number (const char *option, const char *text, double max, double *number, GError **error)
{
  char *end;

  if (text == NULL)
    return TRUE;
  errno = 0;
  *number = g_ascii_strtod (text, &end);
  /* Written so that "nan" fails too. */
  if (errno == 0 && end != text && *end == '\0' && *number >= 0 && *number <= max)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("%s cannot be “%s”. Give a number from 0 to %.0f."), option, text, max);
  return FALSE;
}

/**
 * sv_text_network_parse:
 * @self: @wanted, @nat, @pcapng and @command are set
 * @hop: (nullable): milliseconds
 * @loss: (nullable): percent
 * @on: (nullable): "client" or "server"
 *
 * Returns: %FALSE with a sentence about the option that is wrong
 */
gboolean
sv_text_network_parse (SvTextNetwork *self, const char *hop, const char *loss, const char *on, GError **error)
{
  double hop_ms = DEFAULT_HOP_MS;

  if (!self->wanted && (self->nat || hop != NULL || loss != NULL || on != NULL || self->pcapng != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           _("--nat, --hop, --loss, --pcapng and --on need --two-machines."));
      return FALSE;
    }
  if ((on != NULL) != (self->command != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           _("A command for one of the machines is given as --on=client -- COMMAND."));
      return FALSE;
    }
  if (on != NULL && !g_str_equal (on, "client") && !g_str_equal (on, "server"))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--on cannot be “%s”. Choose one of: client, server."), on);
      return FALSE;
    }
  self->on = g_strcmp0 (on, "server") == 0 ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
  if (!parse_number ("--hop", hop, MAX_HOP_MS, &hop_ms, error)
      || !parse_number ("--loss", loss, 100, &self->loss, error))
    return FALSE;
  self->hop = (gint64) (hop_ms * 1000000);
  return TRUE;
}

/**
 * sv_text_network_open:
 *
 * Returns: (transfer full) (nullable): the machines and the wire, as wanted
 */
SvNetwork *
sv_text_network_open (const SvTextNetwork *self, SvRecording *recording, GError **error)
{
  gint64 start = sv_clock_now ();
  SvNetwork *network = sv_network_new (recording, self->nat, error);
  SvWire *wire;

  if (network == NULL)
    return NULL;
  sv_recording_append (recording, sv_fact_new_note (sv_clock_now (), SV_MACHINE_CLIENT,
                                                    _("Two machines were made and joined in %.1f ms."),
                                                    (double) (sv_clock_now () - start) / 1e6));
  wire = sv_network_get_wire (network);
  sv_wire_set_hop (wire, SV_SIDE_CLIENT, self->hop);
  sv_wire_set_hop (wire, SV_SIDE_SERVER, self->hop);
  sv_wire_set_loss (wire, self->loss, g_random_int ());
  return network;
}

/**
 * sv_text_network_run_command:
 *
 * Starts @command. Standard output is for facts alone: what the command prints
 * goes to standard error. It reads what SockView's standard input gives.
 *
 * Returns: (transfer full) (nullable): the process
 */
GSubprocess *
sv_text_network_run_command (const SvTextNetwork *self, SvNetwork *network, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT);

  g_subprocess_launcher_take_stdout_fd (launcher, dup (STDERR_FILENO));
  return sv_network_spawn (network, self->on, launcher, self->command, error);
}

typedef struct
{
  SvRecording *recording;
  gboolean found;
} Search;

static void
find_restless (const SvSocketRow *row, gpointer data)
{
  Search *search = data;
  guint id = sv_recording_find_connection (search->recording, row, NULL);

  if (id != 0 && row->state != SV_TCP_TIME_WAIT && !sv_recording_get_connection (search->recording, id)->foreign)
    search->found = TRUE;
}

/**
 * sv_text_network_is_calm:
 *
 * Returns: whether nothing is on the wire, and of our clients' connections at
 *   most TIME_WAIT is left
 */
gboolean
sv_text_network_is_calm (SvNetwork *network)
{
  Search search = { sv_lab_get_recording (sv_network_get_lab (network)), FALSE };

  sv_row_table_foreach (sv_recording_get_table (search.recording, SV_MACHINE_CLIENT), find_restless, &search);
  sv_row_table_foreach (sv_recording_get_table (search.recording, SV_MACHINE_SERVER), find_restless, &search);
  return !search.found && sv_wire_get_n_flights (sv_network_get_wire (network)) == 0;
}

/**
 * sv_text_network_save:
 *
 * Saves the packets, if that is wanted.
 */
gboolean
sv_text_network_save (const SvTextNetwork *self, SvRecording *recording, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) why = NULL;
  guint n_packets;

  if (self->pcapng == NULL)
    return TRUE;
  file = g_file_new_for_commandline_arg (self->pcapng);
  if (sv_pcapng_save (recording, SV_PCAPNG_MACHINE (SV_MACHINE_CLIENT), file, &n_packets, &why))
    return TRUE;
  g_set_error (error, G_IO_ERROR, why->code, _("The packets cannot be saved as “%s”: %s"), self->pcapng,
               why->message);
  return FALSE;
}
