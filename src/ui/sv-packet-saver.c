/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-packet-saver.h"

#include "sv-pcapng.h"

#include <glib/gi18n-lib.h>

static char *
get_name (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return name != NULL ? g_filename_display_name (name) : g_strdup ("");
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) why = NULL;
  g_autofree char *name = get_name (G_FILE (source));
  guint n = GPOINTER_TO_UINT (g_task_get_task_data (task));

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &why))
    {
      g_task_return_new_error (task, G_IO_ERROR, why->code, _("The packets cannot be saved as “%s”: %s"), name,
                               why->message);
      return;
    }
  g_task_return_pointer (task, g_strdup_printf (ngettext ("%u packet saved in “%s”", "%u packets saved in “%s”", n),
                                                n, name), g_free);
}

/**
 * sv_packet_saver_save_async:
 * @machines: a set of %SV_PCAPNG_MACHINE
 * @file: what is there is replaced, when all is written
 */
void
sv_packet_saver_save_async (SvRecording *recording, guint machines, GFile *file, GAsyncReadyCallback callback,
                            gpointer data)
{
  GTask *task = g_task_new (file, NULL, callback, data);
  guint n_packets;
  g_autoptr (GBytes) bytes = sv_pcapng_encode (recording, machines, &n_packets);

  g_task_set_source_tag (task, sv_packet_saver_save_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (n_packets), NULL);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, replaced_cb,
                                       task);
}

/**
 * sv_packet_saver_save_finish:
 *
 * Returns: (transfer full) (nullable): what was saved, in words; %NULL with a
 *   sentence about what failed
 */
char *
sv_packet_saver_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
