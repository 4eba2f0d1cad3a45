/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-explain.h"

#include "sv-explain-proc-line.h"
#include "sv-row-evidence.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <netinet/in.h>
#include <string.h>

#define CHUNK (64 * 1024)

static void
add_string (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  if (value != NULL)
    json_builder_add_string_value (json, value);
  else
    json_builder_add_null_value (json);
}

static void
add_number (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
add_fields (JsonBuilder *json, const SvRowEvidence *socket)
{
  json_builder_set_member_name (json, "fields");
  json_builder_begin_array (json);
  for (guint i = 0; socket->line != NULL && i < socket->fields.n_fields; i++)
    {
      const SvProcField *field = &socket->fields.fields[i];
      g_autofree char *raw = g_strndup (socket->line + field->offset, field->length);

      json_builder_begin_object (json);
      add_string (json, "name", field->name);
      add_number (json, "offset", field->offset);
      add_string (json, "raw", raw);
      add_number (json, "number", field->number);
      add_string (json, "value", field->value);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_details (JsonBuilder *json, const SvRowEvidence *socket)
{
  g_autoptr (GPtrArray) details = NULL;

  json_builder_set_member_name (json, "info");
  if (!socket->has_info)
    {
      json_builder_add_null_value (json);
      return;
    }
  details = sv_explain_diag_info (&socket->row, &socket->info);
  json_builder_begin_object (json);
  for (guint i = 0; i < details->len; i++)
    {
      const SvDetail *detail = g_ptr_array_index (details, i);

      add_string (json, detail->name, detail->value);
    }
  json_builder_end_object (json);
}

static void
append_json (GString *text, const SvRowEvidence *socket)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *netstat = sv_row_evidence_to_netstat (socket), *ss = sv_row_evidence_to_ss (socket);
  g_autofree char *lsof = sv_row_evidence_to_lsof (socket), *line = NULL;

  json_builder_begin_object (json);
  add_string (json, "kind", "socket");
  add_string (json, "path", socket->path);
  add_string (json, "line", socket->line);
  add_fields (json, socket);
  add_string (json, "netstat", netstat);
  add_string (json, "ss", ss);
  add_string (json, "lsof", lsof);
  add_details (json, socket);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  line = json_to_string (root, FALSE);
  g_string_append_printf (text, "%s\n", line);
}

static void
append_fields (GString *text, const SvRowEvidence *socket)
{
  for (guint i = 0; i < socket->fields.n_fields; i++)
    {
      g_autoptr (SvExplanation) words = sv_explain_proc_field (socket->line, &socket->fields, i);

      g_string_append_printf (text, "  %s\n", words->title);
      for (guint j = 0; j < words->lines->len; j++)
        g_string_append_printf (text, "      %s\n", (const char *) g_ptr_array_index (words->lines, j));
    }
}

static void
append_details (GString *text, const SvRowEvidence *socket)
{
  g_autoptr (GPtrArray) details = sv_explain_diag_info (&socket->row, &socket->info);

  for (guint i = 0; i < details->len; i++)
    {
      const SvDetail *detail = g_ptr_array_index (details, i);

      g_string_append_printf (text, "  %s: %s\n      %s\n", detail->name, detail->value, detail->meaning);
    }
}

static void
append_text (GString *text, const SvRowEvidence *socket)
{
  g_autofree char *netstat = sv_row_evidence_to_netstat (socket), *ss = sv_row_evidence_to_ss (socket);
  g_autofree char *lsof = sv_row_evidence_to_lsof (socket);
  const char *ss_command = socket->row.protocol == IPPROTO_UDP ? "ss -uanop" : "ss -tanop";

  g_string_append_printf (text, "%s$ cat %s\n%s\n%s\n", text->len > 0 ? "\n" : "", socket->path, socket->headline,
                          socket->line != NULL ? socket->line : "");
  append_fields (text, socket);
  g_string_append_printf (text, "$ netstat -tuna\n%s$ %s\n%s", netstat, ss_command, ss);
  if (lsof != NULL)
    g_string_append_printf (text, "$ lsof -nP -i\n%s", lsof);
  if (socket->has_info)
    append_details (text, socket);
}

static gboolean
parse_port (const char *what, guint16 *port, GError **error)
{
  guint64 number = 0;

  if (!g_str_equal (what, "all") && !g_ascii_string_to_unsigned (what, 10, 1, G_MAXUINT16, &number, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--explain cannot be “%s”. Give a port from 1 to 65535, or “all”."), what);
      return FALSE;
    }
  *port = (guint16) number;
  return TRUE;
}

/**
 * sv_text_explain_run:
 * @what: a port, or "all"
 * @status: (out): an #SvExit
 *
 * Prints of each socket of this computer that has that port at either end what
 * /proc/net, netstat, ss and lsof say of it, field by field, and what it means.
 *
 * Returns: %FALSE with a sentence about @what
 */
gboolean
sv_text_explain_run (const char *what, SvTextFormat format, int *status, GError **error)
{
  g_autoptr (SvSocketSource) source = NULL;
  g_autoptr (GPtrArray) sockets = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) problem = NULL;
  SvExit exit = SV_EXIT_OK;
  guint16 port;

  if (!parse_port (what, &port, error))
    return FALSE;
  source = sv_socket_source_new_default (&problem);
  sockets = source != NULL ? sv_row_evidence_collect_all (source, "/proc/net", port, &problem) : NULL;
  if (sockets == NULL)
    {
      sv_text_mode_complain (problem->message);
      *status = SV_EXIT_FAILED;
      return TRUE;
    }
  for (guint i = 0; i < sockets->len; i++)
    {
      if (format == SV_TEXT_FORMAT_JSON)
        append_json (text, g_ptr_array_index (sockets, i));
      else
        append_text (text, g_ptr_array_index (sockets, i));
      if (text->len >= CHUNK && !sv_text_mode_write (text, &exit))
        break;
    }
  if (text->len > 0)
    sv_text_mode_write (text, &exit);
  *status = exit;
  return TRUE;
}
